# What the sandbox starts. Kept this short because the interpreter compiles its first file anew each time;
# the modules beside it come compiled.
from hob_runtime.main import main

main()

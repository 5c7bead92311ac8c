fn main() {
    hob_sandbox::launcher_main()
}

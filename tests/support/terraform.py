"""Terraform with HashiCorp's AWS provider, where both are installed: nothing is downloaded."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

PROVIDER = "registry.terraform.io/hashicorp/aws"

# Where Terraform itself looks, and where administrators put things.
PLACES = (
    "~/.terraform.d/plugins",
    "~/.local/share/terraform/plugins",
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
    "/opt/*plugins*",
    "/opt/terraform*",
)


def plugins() -> Path | None:
    """The folder that has the provider: one of `HOB_TERRAFORM_PLUGINS`, of the mirrors that Terraform's configuration
    names, or of the usual places."""
    given = os.environ.get("HOB_TERRAFORM_PLUGINS", "").split(os.pathsep)
    for place in [*filter(None, given), *mirrors(), *PLACES]:
        expanded = Path(place).expanduser()
        for folder in sorted(Path("/").glob(str(expanded).lstrip("/"))):
            if (folder / PROVIDER).is_dir():
                return folder
    return None


def mirrors() -> list[str]:
    """What the user's Terraform is configured to use."""
    configuration = Path(os.environ.get("TF_CLI_CONFIG_FILE", "~/.terraformrc")).expanduser()
    if not configuration.is_file():
        return []
    return re.findall(r'filesystem_mirror\s*{[^}]*?path\s*=\s*"([^"]+)"', configuration.read_text())


class Terraform:
    """A module in a folder of its own, with a state of its own."""

    def __init__(self, module: Path, folder: Path, variables: dict[str, object]):
        program, found = shutil.which("terraform"), plugins()
        if program is None:
            pytest.skip("terraform is not installed")
        if found is None:
            pytest.skip(f"{PROVIDER} is in no folder of HOB_TERRAFORM_PLUGINS, nor in the usual ones")
        self.program, self.plugins, self.folder = program, found, folder
        self.variables = variables
        folder.mkdir()
        for source in module.glob("*.tf"):
            shutil.copy(source, folder)
        (folder / "terraformrc").write_text("disable_checkpoint = true\n")
        self.run("init", f"-plugin-dir={self.plugins}")

    @property
    def environment(self) -> dict[str, str]:
        """Of the caller's, nothing that might lead to AWS."""
        kept = {name: os.environ[name] for name in ("PATH", "TF_LOG", "TF_LOG_PATH") if name in os.environ}
        configuration = str(self.folder / "terraformrc")
        return {**kept, "HOME": str(self.folder), "TF_CLI_CONFIG_FILE": configuration, "TF_IN_AUTOMATION": "1"}

    def run(self, *arguments: str, expected: tuple[int, ...] = (0,)) -> subprocess.CompletedProcess:
        command = [self.program, f"-chdir={self.folder}", *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=600)
        told = f"{arguments[0]} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert done.returncode in expected, told
        return done

    def apply(self, **variables) -> dict[str, str]:
        """Returns the module's outputs."""
        self.variables.update(variables)
        self.run("apply", "-auto-approve", "-input=false", "-no-color", *self._given())
        outputs = json.loads(self.run("output", "-json").stdout)
        return {name: output["value"] for name, output in outputs.items()}

    def difference(self) -> str:
        """What Terraform would change; nothing is the empty text."""
        plan = self.run("plan", "-detailed-exitcode", "-input=false", "-no-color", *self._given(), expected=(0, 2))
        return plan.stdout if plan.returncode == 2 else ""

    def destroy(self) -> None:
        self.run("destroy", "-auto-approve", "-input=false", "-no-color", *self._given())

    def _given(self) -> list[str]:
        return [f"-var={name}={value}" for name, value in self.variables.items()]

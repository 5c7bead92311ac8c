"""What the tests share: a server of their own, packages to deploy, and a look at what was left behind."""

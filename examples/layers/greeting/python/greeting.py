"""What several functions share: the layer puts it at /opt/python, where Python looks for modules."""


def greet(name):
    return f"Hello, {name}!"

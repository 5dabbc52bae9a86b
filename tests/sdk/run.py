#!/usr/bin/env python3
"""Runs the vendors' SDKs, or what they write, and the documents' samples against a real server.

Shape   `npm ci` for the unmodified SDK and what stands for others (a push service's cipher, an
        OpenID provider) if one is not there in the version that package.json names; then Node's
        own test runner (each file starts a server of its own), then PHP and curl against one that
        is started here.
Errors  A missing program is a failure that names the package to install, never a skip.
"""

import argparse
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "fault"))
from harness import Server  # noqa: E402

GUZZLE = "/usr/share/php/GuzzleHttp/autoload.php"


def missing():
    """What is not there, and the package that brings it."""
    needed = {"node": "nodejs", "npm": "npm", "php": "php-cli", "curl": "curl"}
    lines = [f"{program} is missing; install the package {package}"
             for program, package in needed.items() if not shutil.which(program)]
    if not os.path.exists(GUZZLE):
        lines.append("Guzzle is missing; install the package php-guzzlehttp-guzzle")
    if shutil.which("php"):
        modules = subprocess.run(["php", "-m"], capture_output=True, text=True, check=True).stdout
        if "curl" not in modules.split():
            lines.append("PHP's curl module is missing; install the package php-curl")
    if shutil.which("node"):
        version = subprocess.run(["node", "--version"], capture_output=True, text=True,
                                 check=True).stdout.strip()
        if int(version.lstrip("v").split(".")[0]) < 18:
            lines.append(f"node is {version}; at least 18 is needed (package nodejs)")
    return lines


def installed_version(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)["version"]
    except OSError:
        return None


def install_packages():
    with open(os.path.join(HERE, "package.json"), encoding="utf-8") as file:
        wanted = json.load(file)["dependencies"]
    modules = os.path.join(HERE, "node_modules")
    if all(installed_version(os.path.join(modules, name, "package.json")) == version
           for name, version in wanted.items()):
        return 0
    return subprocess.run(["npm", "ci"], cwd=HERE, check=False).returncode


def run_node(environment):
    tests = sorted(glob.glob(os.path.join(HERE, "node", "*_test.js")))
    return subprocess.run(["node", "--test", *tests], cwd=HERE, env=environment,
                          check=False).returncode


def run_samples(binary, environment):
    """PHP and curl, each against a server that has the organisation and the vendor's limits off."""
    folder = tempfile.mkdtemp(prefix="carillon-sdk-")
    server = Server(binary, f"{folder}/data", "--profile", "own")
    failed = []
    try:
        server.start()
        with open(os.path.join(HERE, "org.json"), "rb") as file:
            reply = server.operator("POST", "/api/v1/import", file.read())
        if reply.status != 200:
            print(f"the organisation was not imported: {reply}")
            return ["import"]
        environment = dict(environment, CARILLON_URL="http://%s:%d" % server.address)
        for command in (["php", "php/guzzle_test.php"], ["php", "php/easydingtalk_test.php"],
                        ["sh", "php/curl_test.sh"]):
            if subprocess.run(command, cwd=HERE, env=environment, check=False).returncode != 0:
                failed.append(command[1])
        if failed:
            print(server.log_tail())
    finally:
        if server.alive():
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--only", choices=["node", "samples"])
    options = parser.parse_args()
    lines = missing()
    if lines:
        print("\n".join(lines))
        return 1
    binary = os.path.abspath(options.binary)
    environment = dict(os.environ, CARILLON_BINARY=binary, NO_PROXY="127.0.0.1",
                       no_proxy="127.0.0.1")
    failed = []
    if options.only != "samples":
        if install_packages() != 0:
            print("npm ci failed")
            return 1
        if run_node(environment) != 0:
            failed.append("node --test")
    if options.only != "node":
        failed += run_samples(binary, environment)
    print("failed: " + ", ".join(failed) if failed else "all passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

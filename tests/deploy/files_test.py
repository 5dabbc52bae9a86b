#!/usr/bin/env python3
"""What lies in deploy/ for containers and clusters: that it can be read, and agrees with the program
and with itself. No container is started. What needs a program that is not installed is left out."""

import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

import yaml

BINARY = os.path.abspath(sys.argv.pop(1))
DEPLOY = pathlib.Path(__file__).resolve().parents[2] / "deploy"


def documents(name):
    with open(DEPLOY / name, encoding="utf-8") as text:
        return [part for part in yaml.safe_load_all(text) if part]


def by_kind(name):
    return {(part["kind"], part["metadata"]["name"]): part for part in documents(name)}


def run(*command, **environment):
    return subprocess.run(command, capture_output=True, text=True, check=False,
                          env=dict(os.environ, **environment))


class Files(unittest.TestCase):
    def assert_program_takes(self, words):
        """Its options, and every setting's name and value."""
        shown = run(BINARY, *words, "--help")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        for word in words:
            if word.startswith("--set="):
                name = word.removeprefix("--set=").partition("=")[0]
                self.assertEqual(run(BINARY, "help", name).returncode, 0, name)

    def test_every_yaml_file_is_one(self):
        files = [*DEPLOY.glob("**/*.yaml"), *DEPLOY.glob("**/*.yml")]
        self.assertGreaterEqual(len(files), 7)
        for file in files:
            self.assertTrue(documents(file.relative_to(DEPLOY)), file)

    def test_compose(self):
        compose, = documents("compose.yaml")
        nodes = [compose["services"][f"node{number}"] for number in (1, 2, 3)]
        for node in nodes:
            self.assertEqual(node["command"], nodes[0]["command"])
            self.assert_program_takes(node["command"])
            for secret in node["secrets"]:
                self.assertIn(secret, compose["secrets"])
            for volume in node["volumes"]:
                self.assertIn(volume.split(":")[0], compose["volumes"])
        self.assertTrue((DEPLOY / compose["services"]["haproxy"]["volumes"][0].split(":")[0])
                        .is_file())

    def test_kubernetes(self):
        parts = {**by_kind("kubernetes/carillon.yaml"), **by_kind("kubernetes/haproxy.yaml")}
        pods = parts["StatefulSet", "carillon"]["spec"]["template"]
        node = pods["spec"]["containers"][0]
        self.assert_program_takes(node["args"])
        self.assertEqual(node["readinessProbe"]["httpGet"]["path"], "/readyz")
        self.assertEqual(node["livenessProbe"]["httpGet"]["path"], "/healthz")
        mounted = {mount["name"] for mount in node["volumeMounts"]}
        self.assertEqual(mounted, {volume["name"] for volume in pods["spec"]["volumes"]})
        for kind in ("Service", "PodDisruptionBudget"):
            self.assertIn((kind, "carillon"), parts)
        service = parts["StatefulSet", "carillon"]["spec"]["serviceName"]
        self.assertIn(("Service", service), parts)
        secret, = documents("kubernetes/secrets.example.yaml")
        self.assertEqual(set(secret["stringData"]), {"installation.key", "admin.token",
                                                     "database.password"})
        made = run("sed", "-f", str(DEPLOY / "kubernetes/nodes.sed"), str(DEPLOY / "haproxy.cfg"))
        self.assertEqual((DEPLOY / "kubernetes/haproxy.cfg").read_text(encoding="utf-8"),
                         made.stdout, "make it anew: see nodes.sed")
        self.assertEqual(made.stdout.count(f".{service}:8080"), 12)

    @unittest.skipUnless(shutil.which("kubectl"), "needs kubectl")
    def test_kustomize_takes_it(self):
        shown = run("kubectl", "kustomize", str(DEPLOY / "kubernetes"))
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertEqual(sum(1 for _ in yaml.safe_load_all(shown.stdout)), 11)

    @unittest.skipUnless(shutil.which("patroni"), "needs patroni")
    def test_patroni_takes_it(self):
        done = run("patroni", "--validate-config", str(DEPLOY / "patroni/patroni.yml"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_haproxy_takes_it(self):
        haproxy = shutil.which("haproxy", path=os.environ["PATH"] + ":/usr/sbin")
        done = run(haproxy, "-c", "-f", str(DEPLOY / "haproxy.cfg"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("ALERT", done.stderr)

    def test_the_image_has_what_the_program_is_linked_with(self):
        text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
        final = text[text.rindex("FROM "):]
        # With what the listed packages bring along themselves.
        needed = run("apt-cache", "depends", "--recurse", "--important",
                     *re.findall(r"\b(lib\S+|curl)\b", final)).stdout
        linked = run("ldd", BINARY).stdout
        for library in re.findall(r"=> (/\S+)", linked):
            real = os.path.realpath(library)
            found = run("dpkg", "-S", real).stdout
            package = (found or run("dpkg", "-S", real.removeprefix("/usr")).stdout).split(":")[0]
            if not package:
                continue  # none of Debian's
            self.assertIn(package, needed, f"{library} is missing in the image")

    def make_secrets(self, folder):
        done = run(str(DEPLOY / "make-secrets.sh"), str(folder))
        self.assertEqual(done.returncode, 0, done.stderr)
        return {file.name: file.read_text() for file in folder.iterdir()}

    def test_secrets_are_made_once_and_taken(self):
        with tempfile.TemporaryDirectory() as folder:
            secrets = pathlib.Path(folder) / "secrets"
            first = self.make_secrets(secrets)
            self.assertEqual(self.make_secrets(secrets), first)
            self.assertEqual(set(first), {"installation.key", "admin.token", "database.password"})
            self.assertEqual(stat.S_IMODE(secrets.stat().st_mode), 0o700)

            # The container's entry hands on what is in a file.
            seen = pathlib.Path(folder) / "carillon"
            seen.write_text('#!/bin/sh\necho "$CARILLON_ADMIN_TOKEN $PGPASSWORD $*"\n')
            seen.chmod(0o755)
            done = run(str(DEPLOY / "container-entry.sh"), "serve", "--data=/data",
                       PATH=f"{folder}:{os.environ['PATH']}",
                       CARILLON_ADMIN_TOKEN_FILE=str(secrets / "admin.token"),
                       PGPASSWORD_FILE=str(secrets / "database.password"))
            self.assertEqual(done.stdout.split(), [first["admin.token"].strip(),
                                                   first["database.password"].strip(),
                                                   "serve", "--data=/data"])


if __name__ == "__main__":
    unittest.main(verbosity=2)

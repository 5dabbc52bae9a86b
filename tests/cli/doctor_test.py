"""carillon doctor: it finds what is wrong, names it, and changes nothing."""

import shutil
import sqlite3
import subprocess
import time
import unittest

from cli_support import CARILLON, ESCAPE, FolderCase, carillon, environment, organisation

DELIVERED = -4  # of the numbers of a packed record (store/sqlite/batch_tables.cc), from its end


def unpack(record):
    """LEB128 numbers."""
    numbers, value, shift = [], 0, 0
    for byte in record:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append(value)
            value, shift = 0, 0
    return numbers


def pack(numbers):
    out = bytearray()
    for value in numbers:
        while value >= 0x80:
            out.append(value & 0x7F | 0x80)
            value >>= 7
        out.append(value)
    return bytes(out)


class Doctor(FolderCase):
    def setUp(self):
        super().setUp()
        self.import_people()

    def doctor(self, *args):
        done = carillon("doctor", "--data", self.data, *args)
        self.assertNotIn(ESCAPE, done.stdout)
        return done

    def corrupt_delivered(self, batch_row):
        """Takes one from a stored delivered count; the server must be stopped."""
        database = sqlite3.connect(self.data / "carillon.db")
        (record,) = database.execute(
            "SELECT record FROM batches WHERE (batch & 0xffffffffff) = ?", (batch_row,)).fetchone()
        numbers = unpack(record)
        self.assertEqual(numbers[DELIVERED], 20)
        numbers[DELIVERED] -= 1
        database.execute("UPDATE batches SET record = ? WHERE (batch & 0xffffffffff) = ?",
                         (pack(numbers), batch_row))
        database.commit()
        database.close()

    def test_nothing_is_wrong_with_a_good_folder(self):
        server = self.serve()
        self.send_batch(server)
        beside = self.doctor()
        self.assertEqual(beside.returncode, 0, beside.stdout)
        self.assertIn("a server is running on this folder, process %d" % server.process.pid,
                      beside.stdout)
        self.assertIn("1 batch recounted", beside.stdout)
        server.stop()
        after = self.doctor()
        self.assertEqual(after.returncode, 0, after.stdout)
        self.assertIn("no server is running", after.stdout)
        self.assertIn("Nothing is wrong.", after.stdout)

    def test_a_wrong_count_is_named_by_its_batch_and_shows_in_the_metrics(self):
        server = self.serve()
        batches = [self.send_batch(server, "text %d" % n) for n in range(3)]
        self.wait_until(lambda: server.metric("carillon_books_checked_total") > 0)
        self.assertEqual(server.metric("carillon_books_imbalance_total"), 0)
        server.stop()
        self.corrupt_delivered(2)

        found = self.doctor()
        self.assertEqual(found.returncode, 1, found.stdout)
        wrong = [line for line in found.stdout.splitlines() if line.startswith("WRONG")]
        self.assertIn("books of " + batches[1], wrong[0])
        self.assertIn("delivered is 19, the slices give 20", wrong[0])
        self.assertEqual(len(wrong), 1)

        server = self.serve()
        self.wait_until(lambda: server.metric("carillon_books_imbalance_total") == 1)
        self.assertIn("do not balance", server.errors())
        self.assertEqual(self.doctor().returncode, 1)

    def test_a_wrong_key_is_found(self):
        (self.data / "installation.key").write_text("1" * 64 + "\n")
        found = self.doctor()
        self.assertEqual(found.returncode, 1)
        self.assertIn("is not the one this store was made with", found.stdout)

    def test_a_missing_key_is_found(self):
        (self.data / "installation.key").unlink()
        found = self.doctor()
        self.assertEqual(found.returncode, 1)
        self.assertIn("missing", found.stdout)

    def test_a_key_that_others_can_read_is_found(self):
        (self.data / "installation.key").chmod(0o644)
        found = self.doctor()
        self.assertEqual(found.returncode, 1)
        self.assertIn("chmod 600", found.stdout)

    def test_damage_is_found(self):
        self.send_batch(self.serve())
        self.servers[-1].stop()
        path = self.data / "carillon.db"
        size = path.stat().st_size
        with open(path, "r+b") as file:
            for at in range(4096, size - 4096, 4096):
                file.seek(at + 8)
                file.write(b"\xff" * 512)
        found = self.doctor()
        self.assertEqual(found.returncode, 1)
        self.assertIn("WRONG", found.stdout)

    def test_an_interrupted_import_is_found_and_finished_at_the_next_start(self):
        path = self.write("org.json", organisation(60_000))
        staged = self.data / "import.staged"
        for attempt in range(30):
            shutil.rmtree(self.data)
            load = subprocess.Popen([CARILLON, "import", str(path), "--data", str(self.data)],
                                    env=environment(), stdout=subprocess.DEVNULL)
            self.wait_until(lambda: staged.exists() or load.poll() is not None)
            time.sleep(0.01 * (attempt % 10))
            load.kill()
            load.wait()
            found = self.doctor()
            if "an import was interrupted" in found.stdout:
                break
        self.assertEqual(found.returncode, 1, found.stdout)
        server = self.serve()
        status, _ = server.call("POST", "/api/v1/sessions",
                                {"tenant_key": "acme", "user_id": "u59999"})
        self.assertEqual(status, 200)
        after = self.doctor()
        self.assertEqual(after.returncode, 0, after.stdout)

    def test_a_low_disk_is_found(self):
        found = self.doctor("--set", "disk.low_mb=999999999")
        self.assertEqual(found.returncode, 1)
        self.assertIn("disk.low_mb", found.stdout)

    def test_a_folder_without_data_is_told(self):
        (self.folder / "empty").mkdir()
        for name in ("empty", "none"):
            found = carillon("doctor", "--data", self.folder / name)
            self.assertEqual(found.returncode, 1)
            self.assertIn(name, found.stdout)
        self.assertEqual(list((self.folder / "empty").iterdir()), [])


if __name__ == "__main__":
    unittest.main()

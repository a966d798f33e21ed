"""The users file: written 0600, all faults at once, nothing readable by others."""

from __future__ import annotations

from pathlib import Path

import pytest

from hunter.errors import UsageError
from hunter.review.users import is_password, read_users, write_user

PASSWORD = "correct horse battery"


def test_users_are_written_private_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "users.toml"
    write_user(path, "ana", "lead", PASSWORD)
    write_user(path, "bo@acme.example", "reviewer", PASSWORD + "2")
    write_user(path, "ana", "reader", PASSWORD + "3")
    users = read_users(path)
    assert {name: user.role for name, user in users.items()} == {"ana": "reader", "bo@acme.example": "reviewer"}
    assert is_password(PASSWORD + "3", users["ana"].password)
    assert path.stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in path.read_text()


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "users.toml"
    write_user(path, "ana", "lead", PASSWORD)
    path.chmod(0o644)
    with pytest.raises(UsageError, match="chmod 600"):
        read_users(path)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "users.toml"
    path.write_text('["A B"]\nrole = "king"\npassword = "plain"\n')
    path.chmod(0o600)
    with pytest.raises(UsageError) as told:
        read_users(path)
    assert all(word in str(told.value) for word in ("names are", "must be one of", "is no hash"))


@pytest.mark.parametrize(("text", "word"), [("", "nobody"), ("= 3", "users.toml"), (None, "No such file")])
def test_files_that_hold_no_users(tmp_path: Path, text: str | None, word: str) -> None:
    path = tmp_path / "users.toml"
    if text is not None:
        path.write_text(text)
        path.chmod(0o600)
    with pytest.raises(UsageError, match=word):
        read_users(path)


@pytest.mark.parametrize(("name", "role"), [("Ana\n", "lead"), ('"', "lead"), ("ana", "king"), ("", "lead")])
def test_odd_names_and_roles_are_refused(tmp_path: Path, name: str, role: str) -> None:
    with pytest.raises(UsageError):
        write_user(tmp_path / "users.toml", name, role, PASSWORD)

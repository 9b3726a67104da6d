"""What looks like a secret does not leave; what does not, does."""

from __future__ import annotations

import pytest

from adapter.fallback.redaction import Redaction

SECRETS = {
    "wandb.login(key='{}')": "8f1c2d3e4b5a69788796a5b4c3d2e1f001234567",
    'os.environ["WANDB_API_KEY"] = "{}"': "my-own-key-of-wandb",
    "OPENAI_API_KEY={}\n": "sk-proj-abcdefghijklmnopqrstuvwx",
    "password = '{}'": "hunter22",
    '{{"token": "{}"}}': "tok_1234567890",
    "postgresql://ml:{}@db.example/runs": "s3cr3t-pass",
    "headers = {{'Authorization': 'Bearer {}'}}": "abcdef0123456789.ghijkl",
    "aws = '{}'": "AKIAIOSFODNN7EXAMPLE",
    "gh = '{}'": "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "hub = '{}'": "hf_abcdefghijklmnopqrst",
    "key = '''{}'''": "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabc=\n-----END RSA PRIVATE KEY-----",
    "jwt = '{}'": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
}


@pytest.mark.parametrize("place", SECRETS)
def test_a_secret_is_replaced_and_comes_back(place):
    secret = SECRETS[place]
    text = f"loss = 0.5\n{place.format(secret)}\n"
    redaction = Redaction()
    hidden = redaction.hide(text)
    assert secret not in hidden
    assert "REDACTED_" in hidden
    assert "loss = 0.5" in hidden
    assert redaction.restore(hidden) == text


@pytest.mark.parametrize(
    "text",
    [
        'wandb.init(project="moons", config={"lr": 0.1, "epochs": 10})',
        "tokenizer = AutoTokenizer.from_pretrained('gpt2')",
        "max_tokens = 512",
        "mlflow.set_tracking_uri('http://127.0.0.1:5000')",
        "num_tokens = len(tokens)",
    ],
)
def test_code_stays(text):
    assert Redaction().hide(text) == text


def test_hiding_twice_changes_nothing_and_marks_are_told_apart():
    redaction = Redaction()
    text = "\n".join(f"password = 'secret-{number}-word'" for number in range(12))
    hidden = redaction.hide(text)
    assert redaction.hide(hidden) == hidden
    assert redaction.restore(hidden) == text

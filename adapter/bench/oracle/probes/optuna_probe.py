"""Probes: notes every Optuna study with its trials, whenever the study has ended a piece of work."""

import atexit
import contextlib
import functools

import probe_notes

STUDIES = {}


def watch(optuna):
    """Put the probe on the library."""
    study_class = optuna.study.Study
    begin, tell, optimize = study_class.__init__, study_class.tell, study_class.optimize

    @functools.wraps(begin)
    def noted_begin(self, *args, **kwargs):
        begin(self, *args, **kwargs)
        STUDIES[id(self._storage), self.study_name] = self

    @functools.wraps(tell)
    def noted_tell(self, *args, **kwargs):
        try:
            return tell(self, *args, **kwargs)
        finally:
            note()

    @functools.wraps(optimize)
    def noted_optimize(self, *args, **kwargs):
        try:
            return optimize(self, *args, **kwargs)
        finally:
            note()

    study_class.__init__, study_class.tell, study_class.optimize = noted_begin, noted_tell, noted_optimize
    atexit.register(note_at_exit)


def note_at_exit():
    """Note studies that nobody ran; those that ran are noted already and their store may be closed."""
    with contextlib.suppress(Exception):  # the program is over: nothing to tell it
        note()


def note():
    """Write down all studies."""
    if STUDIES:
        probe_notes.write("optuna", {"studies": [study_notes(study) for study in STUDIES.values()]})


def study_notes(study):
    """A study in words that JSON can hold."""
    return {
        "name": study.study_name,
        "directions": [direction.name.lower() for direction in study.directions],
        "sampler": type(study.sampler).__name__,
        "pruner": type(study.pruner).__name__,
        "trials": [trial_notes(trial) for trial in study.get_trials(deepcopy=False)],
    }


def trial_notes(trial):
    """A trial in words that JSON can hold."""
    return {
        "number": trial.number,
        "state": trial.state.name.lower(),
        "values": trial.values,
        "params": trial.params,
        "distributions": {name: distribution_notes(item) for name, item in trial.distributions.items()},
        "intermediate": {str(step): value for step, value in trial.intermediate_values.items()},
        "user_attrs": trial.user_attrs,
    }


def distribution_notes(distribution):
    """A distribution: its kind and its own fields."""
    return {"kind": type(distribution).__name__} | distribution._asdict()

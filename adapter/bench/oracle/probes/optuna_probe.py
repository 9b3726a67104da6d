"""Probes: notes every Optuna study with its trials, whenever the study has ended a piece of work.

Samplers that would be seeded by chance are seeded in turn: their draws, and so the verdicts, can be repeated.
"""

import atexit
import contextlib
import functools
import importlib
import itertools

import probe_notes

STUDIES = {}
# What `should_prune` answered, by study and trial.
ANSWERS = {}
SEEDS = itertools.count()


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
    watch_pruning(optuna.trial.Trial)
    repeat_draws()
    atexit.register(note_at_exit)


def watch_pruning(trial_class):
    """Keep every answer to the question whether a trial should give up."""
    should_prune = trial_class.should_prune

    @functools.wraps(should_prune)
    def noted_should_prune(self):
        answer = should_prune(self)
        ANSWERS.setdefault((self.study.study_name, self.number), []).append(answer)
        return answer

    trial_class.should_prune = noted_should_prune


def repeat_draws():
    """Seed the random states that would be seeded by chance."""
    state_class = importlib.import_module("optuna.samplers._lazy_random_state").LazyRandomState
    begin = state_class.__init__

    @functools.wraps(begin)
    def begin_seeded(self, seed=None):
        begin(self, next(SEEDS) if seed is None else seed)

    state_class.__init__ = begin_seeded


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
        "trials": [trial_notes(study, trial) for trial in study.get_trials(deepcopy=False)],
    }


def trial_notes(study, trial):
    """A trial in words that JSON can hold; `asked` is how often it was asked whether to give up."""
    answers = ANSWERS.get((study.study_name, trial.number), [])
    return {
        "number": trial.number,
        "state": trial.state.name.lower(),
        "values": trial.values,
        "params": trial.params,
        "distributions": {name: distribution_notes(item) for name, item in trial.distributions.items()},
        "intermediate": {str(step): value for step, value in trial.intermediate_values.items()},
        "asked": len(answers),
        "told_to_stop": any(answers),
        "user_attrs": trial.user_attrs,
    }


def distribution_notes(distribution):
    """A distribution: its kind and its own fields."""
    return {"kind": type(distribution).__name__} | distribution._asdict()

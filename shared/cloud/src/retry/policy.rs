//! What to do after a call has failed: one table for all of them.

use tonic::Code;

/// How often one call is tried at most.
pub(crate) const ATTEMPTS: u32 = 5;

/// A call, by what a repetition of it can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    /// Reading documents: a repetition changes nothing.
    Read,
    /// A commit that leaves a mark of its own, so that one can look whether it happened.
    MarkedCommit,
    /// A commit without a mark: after a lost answer nobody knows whether it happened.
    BareCommit,
    /// Publishing. A repetition is a second delivery with the same event id, which consumers are ready for.
    Publish,
    /// Starting a job. A second execution finds what the first has done, because its results have derived names.
    RunJob,
    /// Signing a URL: a repetition makes another signature.
    Sign,
    /// Storing an object: a repetition stores the same bytes, under the same precondition.
    Store,
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// The error is the answer.
    GiveUp,
    /// Nothing has happened, or a repetition does no harm.
    Again,
    /// It may have happened: look for the mark, and try again when it is not there.
    LookThenAgain,
    /// A precondition did not hold: look for a mark of an earlier attempt, and then which one it was.
    AskGuards,
}

/// What comes after `call` was answered `code` (the codes are explained in `google/rpc/code.proto` and AIP-194).
pub(crate) fn next(call: Call, code: Code) -> Next {
    let commit = matches!(call, Call::MarkedCommit | Call::BareCommit);
    match code {
        // refused before anything was done
        Code::Aborted | Code::ResourceExhausted => Next::Again,
        Code::AlreadyExists | Code::FailedPrecondition | Code::NotFound if commit => Next::AskGuards,
        // the service, or the way to it, broke down somewhere
        Code::Cancelled | Code::DeadlineExceeded | Code::Internal | Code::Unavailable | Code::Unknown => {
            match call {
                Call::MarkedCommit => Next::LookThenAgain,
                Call::BareCommit => Next::GiveUp,
                Call::Read | Call::Publish | Call::RunJob | Call::Sign | Call::Store => Next::Again,
            }
        }
        _ => Next::GiveUp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Next::{Again, AskGuards, GiveUp, LookThenAgain};

    /// Read, marked commit, bare commit, and what does no harm when it is repeated (publish, run, sign, store).
    const TABLE: [(Code, [Next; 4]); 16] = [
        (Code::Cancelled, [Again, LookThenAgain, GiveUp, Again]),
        (Code::Unknown, [Again, LookThenAgain, GiveUp, Again]),
        (Code::InvalidArgument, [GiveUp, GiveUp, GiveUp, GiveUp]),
        (Code::DeadlineExceeded, [Again, LookThenAgain, GiveUp, Again]),
        (Code::NotFound, [GiveUp, AskGuards, AskGuards, GiveUp]),
        (Code::AlreadyExists, [GiveUp, AskGuards, AskGuards, GiveUp]),
        (Code::PermissionDenied, [GiveUp, GiveUp, GiveUp, GiveUp]),
        (Code::ResourceExhausted, [Again, Again, Again, Again]),
        (Code::FailedPrecondition, [GiveUp, AskGuards, AskGuards, GiveUp]),
        (Code::Aborted, [Again, Again, Again, Again]),
        (Code::OutOfRange, [GiveUp, GiveUp, GiveUp, GiveUp]),
        (Code::Unimplemented, [GiveUp, GiveUp, GiveUp, GiveUp]),
        (Code::Internal, [Again, LookThenAgain, GiveUp, Again]),
        (Code::Unavailable, [Again, LookThenAgain, GiveUp, Again]),
        (Code::DataLoss, [GiveUp, GiveUp, GiveUp, GiveUp]),
        (Code::Unauthenticated, [GiveUp, GiveUp, GiveUp, GiveUp]),
    ];

    #[test]
    fn every_call_and_every_code() {
        for (code, [read, marked, bare, harmless]) in TABLE {
            assert_eq!(next(Call::Read, code), read, "{code:?}");
            assert_eq!(next(Call::MarkedCommit, code), marked, "{code:?}");
            assert_eq!(next(Call::BareCommit, code), bare, "{code:?}");
            for call in [Call::Publish, Call::RunJob, Call::Sign, Call::Store] {
                assert_eq!(next(call, code), harmless, "{call:?} {code:?}");
            }
        }
    }

    #[test]
    fn the_table_has_every_code_of_an_error() {
        let mut codes: Vec<i32> = TABLE.iter().map(|(code, _)| *code as i32).collect();
        codes.sort_unstable();
        assert_eq!(codes, (1..=16).collect::<Vec<_>>());
    }
}

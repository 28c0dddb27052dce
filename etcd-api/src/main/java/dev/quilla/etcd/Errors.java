package dev.quilla.etcd;

import dev.quilla.store.CompactedException;
import dev.quilla.store.MembershipException;
import dev.quilla.store.NoSpaceException;
import dev.quilla.store.Outcome;
import dev.quilla.store.StoreException;
import dev.quilla.store.TooLargeException;
import dev.quilla.store.UnavailableException;
import dev.quilla.store.UnknownOutcomeException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/**
 * What etcd answers when it can't do something. Clients know these by their text, which etcd's
 * {@code rpctypes} defines.
 */
final class Errors {

    private Errors() {}

    static StatusRuntimeException emptyKey() {
        return invalid("key is not provided");
    }

    static StatusRuntimeException keyTooLong(int bytes, int most) {
        return invalid("key has " + bytes + " bytes, but at most " + most + " are possible");
    }

    static StatusRuntimeException valueProvided() {
        return invalid("value is provided");
    }

    static StatusRuntimeException leaseProvided() {
        return invalid("lease is provided");
    }

    static StatusRuntimeException tooManyOperations() {
        return invalid("too many operations in txn request");
    }

    static StatusRuntimeException duplicateKey() {
        return invalid("duplicate key given in txn request");
    }

    static StatusRuntimeException invalid(String message) {
        return of(Status.INVALID_ARGUMENT, message);
    }

    static StatusRuntimeException compacted() {
        return of(Status.OUT_OF_RANGE, "mvcc: required revision has been compacted");
    }

    static StatusRuntimeException future() {
        return of(Status.OUT_OF_RANGE, "mvcc: required revision is a future revision");
    }

    static StatusRuntimeException noLease() {
        return of(Status.NOT_FOUND, "requested lease not found");
    }

    static StatusRuntimeException leaseTaken() {
        return of(Status.FAILED_PRECONDITION, "lease already exists");
    }

    static StatusRuntimeException noSpace() {
        return of(Status.RESOURCE_EXHAUSTED, "mvcc: database space exceeded");
    }

    static StatusRuntimeException leaseTooLong() {
        return of(Status.OUT_OF_RANGE, "too large lease TTL");
    }

    static StatusRuntimeException memberNotFound() {
        return of(Status.NOT_FOUND, "member not found");
    }

    static StatusRuntimeException peerUrlExists() {
        return of(Status.FAILED_PRECONDITION, "Peer URLs already exists");
    }

    static StatusRuntimeException badUrls() {
        return invalid("given member URLs are invalid");
    }

    static StatusRuntimeException notLearner() {
        return of(Status.FAILED_PRECONDITION, "can only promote a learner member");
    }

    static StatusRuntimeException learnerNotReady() {
        return of(
                Status.FAILED_PRECONDITION,
                "can only promote a learner member which is in sync with leader");
    }

    static StatusRuntimeException badTransferee() {
        return of(Status.FAILED_PRECONDITION, "bad leader transferee");
    }

    /** Why the members stay as they are, in etcd's words where it has any. */
    static StatusRuntimeException of(MembershipException e) {
        return switch (e.reason()) {
            case UNKNOWN -> memberNotFound();
            case EXISTS -> of(Status.FAILED_PRECONDITION, "member ID already exist");
            case UNSAFE ->
                    of(
                            Status.FAILED_PRECONDITION,
                            "re-configuration failed due to not enough started members");
            case NOT_READY, WRONG_ROLE -> of(Status.FAILED_PRECONDITION, e.getMessage());
            case BUSY -> of(Status.UNAVAILABLE, e.getMessage());
        };
    }

    /** What this front does not offer. */
    static StatusRuntimeException notOffered(String what) {
        return Status.UNIMPLEMENTED
                .withDescription("etcdserver: Quilla does not offer " + what)
                .asRuntimeException();
    }

    /** Why nothing happened. */
    static StatusRuntimeException of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.NoLease _ -> noLease();
            case Outcome.LeaseTaken _ -> leaseTaken();
            case Outcome.NoSpace _ -> noSpace();
            case Outcome.Missing _ -> invalid("key not found");
            default -> of(Status.INTERNAL, "unexpected outcome " + outcome);
        };
    }

    static StatusRuntimeException of(StoreException e) {
        return switch (e) {
            case CompactedException _ -> compacted();
            case NoSpaceException _ -> noSpace();
            case TooLargeException _ -> invalid("request is too large");
            case UnavailableException _ -> of(Status.UNAVAILABLE, "no leader");
            case UnknownOutcomeException _ -> of(Status.UNAVAILABLE, "request timed out");
            default -> of(Status.INTERNAL, e.getMessage());
        };
    }

    private static StatusRuntimeException of(Status status, String message) {
        return status.withDescription("etcdserver: " + message).asRuntimeException();
    }
}

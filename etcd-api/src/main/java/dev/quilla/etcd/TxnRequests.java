package dev.quilla.etcd;

import com.google.protobuf.ByteString;
import dev.quilla.store.Bytes;
import dev.quilla.store.Choice;
import dev.quilla.store.Condition;
import dev.quilla.store.Condition.Wanted;
import dev.quilla.store.LeaseId;
import dev.quilla.store.Step;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import java.util.List;
import java.util.Optional;

/** Requests to write as the store has them. */
final class TxnRequests {

    private static final int LEASE_TARGET = 4;
    private static final int LEASE_FIELD = 8;

    private TxnRequests() {}

    static Choice choice(TxnRequest request) {
        checkSize(request, Choice.STEPS_MAX);
        Choice choice = translated(request);
        Touched.by(choice);
        return choice;
    }

    private static void checkSize(TxnRequest request, int most) {
        int widest =
                Math.max(
                        request.getCompareCount(),
                        Math.max(request.getSuccessCount(), request.getFailureCount()));
        if (widest > most) {
            throw Errors.tooManyOperations();
        }
        for (List<RequestOp> way : List.of(request.getSuccessList(), request.getFailureList())) {
            for (RequestOp op : way) {
                if (op.hasRequestTxn()) {
                    checkSize(op.getRequestTxn(), most - widest);
                }
            }
        }
    }

    private static Choice translated(TxnRequest request) {
        return new Choice(
                request.getCompareList().stream().map(TxnRequests::condition).toList(),
                request.getSuccessList().stream().map(TxnRequests::step).toList(),
                request.getFailureList().stream().map(TxnRequests::step).toList());
    }

    private static Condition condition(Compare compare) {
        Condition.Relation relation =
                switch (compare.getResult()) {
                    case EQUAL -> Condition.Relation.EQUAL;
                    case GREATER -> Condition.Relation.GREATER;
                    case LESS -> Condition.Relation.LESS;
                    case NOT_EQUAL -> Condition.Relation.NOT_EQUAL;
                    case UNRECOGNIZED -> throw Errors.invalid("compare.result is unknown");
                };
        Wanted wanted =
                switch (compare.getTarget()) {
                    case VERSION -> new Wanted.Version(compare.getVersion());
                    case CREATE -> new Wanted.Created(compare.getCreateRevision());
                    case MOD -> new Wanted.Modified(compare.getModRevision());
                    case VALUE -> new Wanted.Value(bytes(compare.getValue()));
                    case UNRECOGNIZED -> leased(compare);
                };
        return new Condition(Keys.range(compare.getKey(), compare.getRangeEnd()), relation, wanted);
    }

    /** A comparison with the lease is one that the protocol classes in use do not know. */
    private static Wanted leased(Compare compare) {
        if (compare.getTargetValue() != LEASE_TARGET) {
            throw Errors.invalid("compare.target is unknown");
        }
        return new Wanted.Leased(Extras.number(compare, LEASE_FIELD));
    }

    private static Step step(RequestOp op) {
        return switch (op.getRequestCase()) {
            case REQUEST_RANGE -> get(op.getRequestRange());
            case REQUEST_PUT -> put(op.getRequestPut());
            case REQUEST_DELETE_RANGE -> delete(op.getRequestDeleteRange());
            case REQUEST_TXN -> new Step.Choose(translated(op.getRequestTxn()));
            case REQUEST_NOT_SET -> throw Errors.invalid("an operation of the txn is empty");
        };
    }

    private static Step get(RangeRequest request) {
        return new Step.Get(Ranges.range(request), Ranges.needed(request));
    }

    static Step put(PutRequest request) {
        if (request.getIgnoreValue() && !request.getValue().isEmpty()) {
            throw Errors.valueProvided();
        }
        if (request.getIgnoreLease() && request.getLease() != 0) {
            throw Errors.leaseProvided();
        }
        return new Step.Put(
                Keys.key(request.getKey()),
                request.getIgnoreValue()
                        ? Optional.empty()
                        : Optional.of(bytes(request.getValue())),
                request.getIgnoreLease()
                        ? Optional.empty()
                        : Optional.of(lease(request.getLease())),
                request.getPrevKv());
    }

    static Step delete(DeleteRangeRequest request) {
        return new Step.Delete(
                Keys.range(request.getKey(), request.getRangeEnd()), request.getPrevKv());
    }

    /** A lease by its number; a negative one is nobody's. */
    static LeaseId lease(long number) {
        if (number < 0) {
            throw Errors.noLease();
        }
        return LeaseId.of(number);
    }

    private static Bytes bytes(ByteString bytes) {
        return Bytes.wrap(bytes.toByteArray());
    }
}

package dev.quilla.etcd;

import dev.quilla.store.StoreException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers calls, and says in etcd's words why where that can't be done. */
final class Calls {

    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

    private Calls() {}

    /** Answers a call that has one answer. */
    static <T> void answer(StreamObserver<T> observer, Supplier<T> work) {
        T answer;
        try {
            answer = work.get();
        } catch (RuntimeException e) {
            observer.onError(told(e));
            return;
        }
        observer.onNext(answer);
        observer.onCompleted();
    }

    /** What a client is told of a failure. */
    static StatusRuntimeException told(RuntimeException e) {
        return switch (e) {
            case StatusRuntimeException known -> known;
            case StoreException known -> Errors.of(known);
            default -> {
                LOG.error("a call failed", e);
                yield Status.INTERNAL
                        .withDescription("etcdserver: internal error, see this member's log")
                        .asRuntimeException();
            }
        };
    }
}

package dev.quilla.e2e.robustness;

import com.google.protobuf.ByteString;
import dev.quilla.e2e.robustness.Operation.Answer;
import dev.quilla.e2e.robustness.Operation.Entry;
import dev.quilla.e2e.robustness.Operation.Expected;
import dev.quilla.e2e.robustness.Operation.Request;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Makes calls to one member, in etcd's words. */
final class Caller {

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final KVGrpc.KVBlockingStub kv;

    Caller(ManagedChannel member) {
        this.kv = KVGrpc.newBlockingStub(member);
    }

    /** Calls and waits for the answer, but not for long. */
    Answer call(Request request) {
        KVGrpc.KVBlockingStub once =
                kv.withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return switch (request) {
                case Request.Read read -> found(once.range(range(read.prefix())));
                case Request.Write write -> written(once.txn(transaction(write)));
            };
        } catch (StatusRuntimeException e) {
            return new Answer.Lost(String.valueOf(e.getStatus().getCode()));
        }
    }

    private static RangeRequest range(String prefix) {
        ByteString from = bytes(prefix);
        int last = from.size() - 1;
        ByteString to =
                from.substring(0, last)
                        .concat(ByteString.copyFrom(new byte[] {(byte) (from.byteAt(last) + 1)}));
        return RangeRequest.newBuilder().setKey(from).setRangeEnd(to).build();
    }

    private static Answer found(RangeResponse response) {
        return new Answer.Found(
                response.getHeader().getRevision(),
                response.getKvsList().stream()
                        .map(kv ->
                                new Entry(
                                        kv.getKey().toStringUtf8(),
                                        kv.getValue().toStringUtf8(),
                                        kv.getModRevision()))
                        .toList());
    }

    private static TxnRequest transaction(Request.Write write) {
        TxnRequest.Builder transaction = TxnRequest.newBuilder();
        write.onlyIf().ifPresent(expected -> transaction.addCompare(compare(expected)));
        write.values().forEach((key, value) -> transaction.addSuccess(operation(key, value)));
        return transaction.build();
    }

    private static Compare compare(Expected expected) {
        return Compare.newBuilder()
                .setTarget(Compare.CompareTarget.MOD)
                .setResult(Compare.CompareResult.EQUAL)
                .setKey(bytes(expected.key()))
                .setModRevision(expected.changedAt())
                .build();
    }

    private static RequestOp operation(String key, Optional<String> value) {
        RequestOp.Builder operation = RequestOp.newBuilder();
        value.ifPresentOrElse(
                v ->
                        operation.setRequestPut(
                                PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(v))),
                () ->
                        operation.setRequestDeleteRange(
                                DeleteRangeRequest.newBuilder().setKey(bytes(key))));
        return operation.build();
    }

    private static Answer written(TxnResponse response) {
        long revision = response.getHeader().getRevision();
        return response.getSucceeded()
                ? new Answer.Written(revision)
                : new Answer.Refused(revision);
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }
}

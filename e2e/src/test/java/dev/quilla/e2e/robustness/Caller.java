package dev.quilla.e2e.robustness;

import com.google.protobuf.ByteString;
import dev.quilla.e2e.robustness.Operation.Answer;
import dev.quilla.e2e.robustness.Operation.Entry;
import dev.quilla.e2e.robustness.Operation.Expected;
import dev.quilla.e2e.robustness.Operation.Request;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrantResponse;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Makes calls to one member, in etcd's words. */
record Caller(ManagedChannel member) {

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final String NO_LEASE = "lease not found";

    /** Calls and waits for the answer, but not for long. */
    Answer call(Request request) {
        try {
            return switch (request) {
                case Request.Read read -> found(kv().range(range(read.prefix())));
                case Request.Write write -> written(kv().txn(transaction(write)));
                case Request.Grant grant -> granted(leases().leaseGrant(grant(grant)));
                case Request.Renew renew -> renewed(renew.lease());
                case Request.Revoke revoke -> revoked(revoke.lease());
            };
        } catch (StatusRuntimeException e) {
            boolean noLease =
                    e.getStatus().getCode() == Status.Code.NOT_FOUND
                            && String.valueOf(e.getStatus().getDescription()).contains(NO_LEASE);
            return noLease
                    ? new Answer.NoLease()
                    : new Answer.Lost(String.valueOf(e.getStatus().getCode()));
        }
    }

    private KVGrpc.KVBlockingStub kv() {
        return KVGrpc.newBlockingStub(member)
                .withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private LeaseGrpc.LeaseBlockingStub leases() {
        return LeaseGrpc.newBlockingStub(member)
                .withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static LeaseGrantRequest grant(Request.Grant grant) {
        return LeaseGrantRequest.newBuilder()
                .setID(grant.lease())
                .setTTL(grant.timeToLive().toSeconds())
                .build();
    }

    private static Answer granted(LeaseGrantResponse response) {
        return new Answer.Alive(Duration.ofSeconds(response.getTTL()));
    }

    /** A stream of one request and one answer. */
    private Answer renewed(long lease) {
        CallOptions options =
                CallOptions.DEFAULT.withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        LeaseKeepAliveResponse response =
                ClientCalls.blockingServerStreamingCall(
                                member,
                                LeaseGrpc.getLeaseKeepAliveMethod(),
                                options,
                                LeaseKeepAliveRequest.newBuilder().setID(lease).build())
                        .next();
        return response.getTTL() > 0
                ? new Answer.Alive(Duration.ofSeconds(response.getTTL()))
                : new Answer.NoLease();
    }

    private Answer revoked(long lease) {
        return new Answer.Revoked(
                leases().leaseRevoke(LeaseRevokeRequest.newBuilder().setID(lease).build())
                        .getHeader()
                        .getRevision());
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
        long lease = write.lease().orElse(0);
        write.values()
                .forEach((key, value) -> transaction.addSuccess(operation(key, value, lease)));
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

    private static RequestOp operation(String key, Optional<String> value, long lease) {
        RequestOp.Builder operation = RequestOp.newBuilder();
        value.ifPresentOrElse(
                v ->
                        operation.setRequestPut(
                                PutRequest.newBuilder()
                                        .setKey(bytes(key))
                                        .setValue(bytes(v))
                                        .setLease(lease)),
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

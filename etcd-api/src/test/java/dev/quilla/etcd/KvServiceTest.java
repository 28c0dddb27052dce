package dev.quilla.etcd;

import static dev.quilla.etcd.Front.bytes;
import static dev.quilla.etcd.Front.prefix;
import static dev.quilla.etcd.Front.putting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.quilla.store.Store;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.DeleteRangeResponse;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

@Timeout(30)
class KvServiceTest {

    private Front front;

    @BeforeEach
    void start() throws IOException {
        front = Front.start();
    }

    @AfterEach
    void stop() {
        front.close();
    }

    private RangeResponse range(RangeRequest.Builder request) {
        return front.kv.range(request.build());
    }

    private static void refused(Status.Code code, String message, Executable call) {
        StatusRuntimeException e = assertThrows(StatusRuntimeException.class, call);
        assertEquals(code, e.getStatus().getCode());
        assertEquals("etcdserver: " + message, e.getStatus().getDescription());
    }

    @Test
    void anEmptyStoreIsAtRevisionOneAsInEtcd() {
        RangeResponse nothing = range(prefix("a"));
        assertEquals(1, nothing.getHeader().getRevision());
        assertEquals(2, front.put("a", "1"));
        KeyValue a = range(prefix("a")).getKvs(0);
        assertEquals(
                List.of(2L, 2L, 1L),
                List.of(a.getCreateRevision(), a.getModRevision(), a.getVersion()));
    }

    @Test
    void limitsAndCounts() {
        for (int i = 0; i < 5; i++) {
            front.put("k" + i, "v");
        }
        RangeResponse two = range(prefix("k").setLimit(2));
        assertEquals(2, two.getKvsCount());
        assertEquals(5, two.getCount());
        assertTrue(two.getMore());
        assertFalse(range(prefix("k").setLimit(5)).getMore());
        RangeResponse count = range(prefix("k").setCountOnly(true));
        assertEquals(5, count.getCount());
        assertEquals(0, count.getKvsCount());
        assertEquals(ByteString.EMPTY, range(prefix("k").setKeysOnly(true)).getKvs(0).getValue());
    }

    @Test
    void sortsAndFilters() {
        front.put("a", "3");
        front.put("b", "1");
        front.put("c", "2");
        front.put("a", "0");
        RangeRequest.Builder all =
                RangeRequest.newBuilder().setKey(bytes("\0")).setRangeEnd(bytes("\0"));
        assertEquals(List.of("a", "b", "c"), front.keys(all.build()));
        assertEquals(
                List.of("c", "b", "a"),
                front.keys(all.clone().setSortOrder(RangeRequest.SortOrder.DESCEND).build()));
        assertEquals(
                List.of("b", "c", "a"),
                front.keys(all.clone().setSortTarget(RangeRequest.SortTarget.MOD).build()));
        assertEquals(
                List.of("c", "b"),
                front.keys(
                        all.clone()
                                .setSortTarget(RangeRequest.SortTarget.VALUE)
                                .setSortOrder(RangeRequest.SortOrder.DESCEND)
                                .setLimit(2)
                                .build()));
        assertEquals(List.of("a"), front.keys(all.clone().setMinModRevision(5).build()));
        assertEquals(List.of("a", "b"), front.keys(all.clone().setMaxCreateRevision(3).build()));
    }

    @Test
    void anyBytesAreAKeyInTheirOrder() {
        ByteString high = ByteString.copyFrom(new byte[] {(byte) 0xFF, 0});
        ByteString low = ByteString.copyFrom(new byte[] {0x7F});
        for (ByteString key : List.of(high, low)) {
            front.kv.put(PutRequest.newBuilder().setKey(key).setValue(key).build());
        }
        List<KeyValue> all =
                range(RangeRequest.newBuilder().setKey(bytes("\0")).setRangeEnd(bytes("\0")))
                        .getKvsList();
        assertEquals(List.of(low, high), all.stream().map(KeyValue::getKey).toList());
        assertEquals(List.of(low, high), all.stream().map(KeyValue::getValue).toList());
    }

    @Test
    void readsThePastUntilItIsCompacted() {
        long first = front.put("a", "1");
        front.put("a", "2");
        long last = front.put("b", "1");
        RangeResponse then = range(prefix("a").setRevision(first));
        assertEquals("1", then.getKvs(0).getValue().toStringUtf8());
        assertEquals(last, then.getHeader().getRevision());
        refused(
                Status.Code.OUT_OF_RANGE,
                "mvcc: required revision is a future revision",
                () -> range(prefix("a").setRevision(last + 1)));
        front.compact(last);
        refused(
                Status.Code.OUT_OF_RANGE,
                "mvcc: required revision has been compacted",
                () -> range(prefix("a").setRevision(first)));
        refused(
                Status.Code.OUT_OF_RANGE,
                "mvcc: required revision has been compacted",
                () -> front.compact(last));
        refused(
                Status.Code.OUT_OF_RANGE,
                "mvcc: required revision is a future revision",
                () -> front.compact(last + 1));
    }

    @Test
    void putTellsWhatWasThereAndKeepsWhatItIsTold() {
        front.put("a", "1");
        assertEquals(
                "1",
                front.kv
                        .put(putting("a", "2").setPrevKv(true).build())
                        .getPrevKv()
                        .getValue()
                        .toStringUtf8());
        front.kv.put(PutRequest.newBuilder().setKey(bytes("a")).setIgnoreValue(true).build());
        KeyValue kept = range(prefix("a")).getKvs(0);
        assertEquals("2", kept.getValue().toStringUtf8());
        assertEquals(3, kept.getVersion());
        refused(
                Status.Code.INVALID_ARGUMENT,
                "key not found",
                () ->
                        front.kv.put(
                                PutRequest.newBuilder()
                                        .setKey(bytes("none"))
                                        .setIgnoreValue(true)
                                        .build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "value is provided",
                () -> front.kv.put(putting("a", "x").setIgnoreValue(true).build()));
        refused(
                Status.Code.NOT_FOUND,
                "requested lease not found",
                () -> front.kv.put(putting("a", "x").setLease(99).build()));
    }

    @Test
    void deletesARangeAtOneRevision() {
        front.put("a1", "1");
        front.put("a2", "2");
        DeleteRangeResponse deleted =
                front.kv.deleteRange(
                        DeleteRangeRequest.newBuilder()
                                .setKey(bytes("a"))
                                .setRangeEnd(bytes("b"))
                                .setPrevKv(true)
                                .build());
        assertEquals(2, deleted.getDeleted());
        assertEquals(2, deleted.getPrevKvsCount());
        assertEquals(4, deleted.getHeader().getRevision());
        assertEquals(4, front.delete("a1"));
    }

    private static RequestOp.Builder op() {
        return RequestOp.newBuilder();
    }

    private static Compare.Builder ifModified(String key, long revision) {
        return Compare.newBuilder()
                .setKey(bytes(key))
                .setTarget(Compare.CompareTarget.MOD)
                .setModRevision(revision);
    }

    /** What a Kubernetes API server does to write. */
    @Test
    void comparesAndSwapsOrAnswersWhatIsThere() {
        TxnRequest create =
                TxnRequest.newBuilder()
                        .addCompare(ifModified("a", 0))
                        .addSuccess(op().setRequestPut(putting("a", "1")))
                        .addFailure(
                                op().setRequestRange(RangeRequest.newBuilder().setKey(bytes("a"))))
                        .build();
        TxnResponse made = front.kv.txn(create);
        assertTrue(made.getSucceeded());
        assertEquals(2, made.getHeader().getRevision());
        TxnResponse again = front.kv.txn(create);
        assertFalse(again.getSucceeded());
        assertEquals(2, again.getHeader().getRevision());
        assertEquals(2, again.getResponses(0).getResponseRange().getKvs(0).getModRevision());
    }

    @Test
    void aTransactionReadsItsOwnWritesAndThePast() {
        front.put("a", "1");
        TxnResponse answer =
                front.kv.txn(
                        TxnRequest.newBuilder()
                                .addSuccess(op().setRequestRange(prefix("a")))
                                .addSuccess(op().setRequestPut(putting("a", "2")))
                                .addSuccess(op().setRequestRange(prefix("a")))
                                .addSuccess(op().setRequestRange(prefix("a").setRevision(2)))
                                .addSuccess(
                                        op().setRequestTxn(
                                                        TxnRequest.newBuilder()
                                                                .addCompare(ifModified("a", 2))
                                                                .addSuccess(
                                                                        op().setRequestPut(
                                                                                        putting(
                                                                                                "b",
                                                                                                "n")))))
                                .build());
        List<String> seen =
                answer.getResponsesList().stream()
                        .filter(r -> r.hasResponseRange())
                        .map(r -> r.getResponseRange().getKvs(0).getValue().toStringUtf8())
                        .toList();
        assertEquals(List.of("1", "2", "1"), seen);
        assertTrue(answer.getResponses(4).getResponseTxn().getSucceeded());
        assertEquals(3, range(prefix("b")).getKvs(0).getModRevision());
    }

    @Test
    void aTransactionWritesAKeyOnce() {
        RequestOp put = op().setRequestPut(putting("a", "1")).build();
        RequestOp delete =
                op().setRequestDeleteRange(
                                DeleteRangeRequest.newBuilder()
                                        .setKey(bytes("\0"))
                                        .setRangeEnd(bytes("\0")))
                        .build();
        RequestOp inner = op().setRequestTxn(TxnRequest.newBuilder().addFailure(put)).build();
        for (RequestOp second : List.of(put, delete, inner)) {
            refused(
                    Status.Code.INVALID_ARGUMENT,
                    "duplicate key given in txn request",
                    () ->
                            front.kv.txn(
                                    TxnRequest.newBuilder()
                                            .addSuccess(put)
                                            .addSuccess(second)
                                            .build()));
        }
        assertTrue(
                front.kv
                        .txn(TxnRequest.newBuilder().addSuccess(put).addFailure(put).build())
                        .getSucceeded());
    }

    @Test
    void whatIsTooMuchIsRefused() {
        TxnRequest.Builder many = TxnRequest.newBuilder();
        for (int i = 0; i < 129; i++) {
            many.addSuccess(op().setRequestPut(putting("k" + i, "")));
        }
        refused(
                Status.Code.INVALID_ARGUMENT,
                "too many operations in txn request",
                () -> front.kv.txn(many.build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "request is too large",
                () -> front.put("k", "x".repeat(Store.VALUE_BYTES_MAX)));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "key is not provided",
                () -> range(RangeRequest.newBuilder()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "key has 2000 bytes, but at most 1023 are possible",
                () -> front.put("k".repeat(2000), ""));
    }
}

package dev.quilla.e2e.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.e2e.BesideClusters;
import dev.quilla.e2e.Command;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.LeaseOption;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** etcd's client library for Java, as it is, on a store of three members. */
@BesideClusters
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class JetcdTest {

    private static final int BASE_PORT = 30_479;
    private static final long SECONDS = 20;

    @TempDir private static Path folder;

    private static Optional<Client> running = Optional.empty();

    @BeforeAll
    static void start() throws SSLException {
        store("--members", "3", "--base-port", "" + BASE_PORT, "--detach").output();
        File pki = folder.resolve("pki").toFile();
        running =
                Optional.of(
                        Client.builder()
                                .endpoints(
                                        "https://127.0.0.1:" + BASE_PORT,
                                        "https://127.0.0.1:" + (BASE_PORT + 1),
                                        "https://127.0.0.1:" + (BASE_PORT + 2))
                                .sslContext(tls ->
                                        tls.trustManager(new File(pki, "ca.crt"))
                                                .keyManager(
                                                        new File(pki, "client.crt"),
                                                        new File(pki, "client.key")))
                                .build());
    }

    @AfterAll
    static void stop() {
        running.ifPresent(Client::close);
        store("--stop", "--purge").output();
    }

    private static Command store(String... words) {
        List<String> all =
                new ArrayList<>(List.of("./quilla", "store", "--dir", folder.toString()));
        all.addAll(List.of(words));
        return Command.run(Map.of("QUILLA_NO_BUILD", "1"), all);
    }

    private static Client client() {
        return running.orElseThrow();
    }

    private static KV kv() {
        return client().getKVClient();
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, UTF_8);
    }

    private static <T> T answer(CompletableFuture<T> future) throws Exception {
        return future.get(SECONDS, TimeUnit.SECONDS);
    }

    private static void put(String key, String value) throws Exception {
        answer(kv().put(bytes(key), bytes(value)));
    }

    @Test
    void rangesAndDeletions() throws Exception {
        for (String key : List.of("kv/b", "kv/c", "kv/a")) {
            put(key, key + "!");
        }
        GetResponse two =
                answer(
                        kv().get(
                                        bytes("kv/"),
                                        GetOption.builder()
                                                .isPrefix(true)
                                                .withSortField(GetOption.SortTarget.KEY)
                                                .withSortOrder(GetOption.SortOrder.DESCEND)
                                                .withLimit(2)
                                                .build()));
        assertEquals(
                List.of("kv/c", "kv/b"),
                two.getKvs().stream().map(kv -> kv.getKey().toString(UTF_8)).toList());
        assertTrue(two.isMore());
        List<KeyValue> removed =
                answer(
                                kv().delete(
                                                bytes("kv/"),
                                                DeleteOption.builder()
                                                        .isPrefix(true)
                                                        .withPrevKV(true)
                                                        .build()))
                        .getPrevKvs();
        assertEquals(3, removed.size());
        long before = removed.getFirst().getModRevision();
        GetResponse past =
                answer(kv().get(bytes("kv/a"), GetOption.builder().withRevision(before).build()));
        assertEquals("kv/a!", past.getKvs().getFirst().getValue().toString(UTF_8));
    }

    @Test
    void aTransactionTakesOneOfTwoWays() throws Exception {
        put("txn/a", "1");
        TxnResponse first = replace("1", "2");
        TxnResponse second = replace("1", "3");
        assertTrue(first.isSucceeded());
        assertFalse(second.isSucceeded());
        assertEquals(
                "2",
                second.getGetResponses().getFirst().getKvs().getFirst().getValue().toString(UTF_8));
    }

    private static TxnResponse replace(String from, String to) throws Exception {
        ByteSequence key = bytes("txn/a");
        return answer(
                kv().txn()
                        .If(new Cmp(key, Cmp.Op.EQUAL, CmpTarget.value(bytes(from))))
                        .Then(Op.put(key, bytes(to), PutOption.DEFAULT))
                        .Else(Op.get(key, GetOption.DEFAULT))
                        .commit());
    }

    @Test
    void aWatchBeginsInThePast() throws Exception {
        put("watch/a", "1");
        long revision = answer(kv().put(bytes("watch/a"), bytes("2"))).getHeader().getRevision();
        BlockingQueue<WatchEvent> events = new LinkedBlockingQueue<>();
        WatchOption option = WatchOption.builder().withRevision(revision).withPrevKV(true).build();
        try (Watch.Watcher _ =
                client().getWatchClient()
                        .watch(
                                bytes("watch/a"),
                                option,
                                response -> events.addAll(response.getEvents()))) {
            answer(kv().delete(bytes("watch/a")));
            WatchEvent put = next(events);
            assertEquals("2", put.getKeyValue().getValue().toString(UTF_8));
            assertEquals("1", put.getPrevKV().getValue().toString(UTF_8));
            assertEquals(WatchEvent.EventType.DELETE, next(events).getEventType());
        }
    }

    private static WatchEvent next(BlockingQueue<WatchEvent> events) throws InterruptedException {
        WatchEvent event = events.poll(SECONDS, TimeUnit.SECONDS);
        assertNotNull(event, "no event");
        return event;
    }

    @Test
    void aKeyLivesAsLongAsItsLease() throws Exception {
        long lease = answer(client().getLeaseClient().grant(600)).getID();
        answer(
                kv().put(
                                bytes("lease/a"),
                                bytes("v"),
                                PutOption.builder().withLeaseId(lease).build()));
        LeaseKeepAliveResponse kept = answer(client().getLeaseClient().keepAliveOnce(lease));
        assertEquals(600, kept.getTTL());
        List<ByteSequence> keys =
                answer(
                                client().getLeaseClient()
                                        .timeToLive(
                                                lease,
                                                LeaseOption.builder().withAttachedKeys().build()))
                        .getKeys();
        assertEquals(List.of(bytes("lease/a")), keys);
        answer(client().getLeaseClient().revoke(lease));
        assertEquals(0, answer(kv().get(bytes("lease/a"))).getCount());
    }

    @Test
    void membersAndMaintenance() throws Exception {
        assertEquals(3, answer(client().getClusterClient().listMember()).getMembers().size());
        String endpoint = "https://127.0.0.1:" + BASE_PORT;
        assertTrue(answer(client().getMaintenanceClient().statusMember(endpoint)).getDbSize() > 0);
        ByteArrayOutputStream snapshot = new ByteArrayOutputStream();
        assertTrue(answer(client().getMaintenanceClient().snapshot(snapshot)) > 0);
    }

    @Test
    void whatIsNotOfferedIsRefusedByName() {
        ExecutionException e =
                assertThrows(
                        ExecutionException.class,
                        () -> answer(client().getLockClient().lock(bytes("lock"), 0)));
        assertTrue(String.valueOf(e.getMessage()).contains("UNIMPLEMENTED"), e::toString);
        assertTrue(String.valueOf(e.getMessage()).contains("Lock"), e::toString);
    }
}

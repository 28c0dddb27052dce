package dev.quilla.store.raft;

import dev.quilla.store.Store;
import dev.quilla.store.UnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Three real members in this process, which can be stopped and started one by one. */
final class RaftGroupFixture implements AutoCloseable {

    private final Path folder;
    private final List<RaftStoreConfig.Member> members;
    private final Map<String, RaftStore> running = new LinkedHashMap<>();
    private final Map<String, RaftStoreConfig> joined = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<String>> ends = new ConcurrentHashMap<>();
    private final long snapshotEvery;
    private final Duration election;

    RaftGroupFixture(Path folder, long snapshotEvery) throws IOException {
        this(folder, snapshotEvery, Duration.ofMillis(500));
    }

    /** With another election time-out than most tests have. */
    RaftGroupFixture(Path folder, long snapshotEvery, Duration election) throws IOException {
        this.election = election;
        this.folder = folder;
        this.snapshotEvery = snapshotEvery;
        List<RaftStoreConfig.Member> list = new ArrayList<>();
        for (int port : Ports.free(3)) {
            list.add(new RaftStoreConfig.Member("m" + (list.size() + 1), "127.0.0.1", port));
        }
        this.members = List.copyOf(list);
        startAll();
    }

    /** All at once: the first members of a store wait for each other. */
    private void startAll() {
        Map<String, Future<RaftStore>> started = new LinkedHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (RaftStoreConfig.Member member : members) {
                RaftStoreConfig config = config(member.id(), members);
                started.put(member.id(), threads.submit(() -> RaftStore.open(config)));
            }
        }
        started.forEach((id, store) -> running.put(id, store.resultNow()));
    }

    RaftStore start(String id) {
        return start(config(id, members));
    }

    private RaftStore start(RaftStoreConfig config) {
        RaftStore store = RaftStore.open(config);
        running.put(config.memberId(), store);
        return store;
    }

    private RaftStoreConfig config(String id, List<RaftStoreConfig.Member> known) {
        return new RaftStoreConfig(
                "test",
                id,
                known,
                folder.resolve(id),
                Optional.empty(),
                election,
                election.multipliedBy(2),
                snapshotEvery,
                why -> ends.computeIfAbsent(id, i -> new CompletableFuture<>()).complete(why));
    }

    /** Starts one that waits to be taken in; answers where. */
    String join(String id) throws IOException {
        RaftStoreConfig.Member self =
                new RaftStoreConfig.Member(
                        id, "127.0.0.1", Ports.free(), "clients-of-" + id + ":1");
        List<RaftStoreConfig.Member> known = new ArrayList<>(members);
        known.removeIf(m -> m.id().equals(id));
        known.add(self);
        joined.put(id, config(id, known).joining());
        start(joined.get(id));
        return self.address();
    }

    /** Starts one again that has joined. */
    RaftStore startJoined(String id) {
        return start(joined.get(id));
    }

    /** Why a member's process would have ended, once it would. */
    String awaitEnd(String id) {
        return ends.computeIfAbsent(id, i -> new CompletableFuture<>())
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    boolean hasEnded(String id) {
        return ends.containsKey(id) && ends.get(id).isDone();
    }

    RaftStoreConfig.Member address(String id) {
        return members.stream().filter(m -> m.id().equals(id)).findFirst().orElseThrow();
    }

    Path directory(String id) {
        return folder.resolve(id);
    }

    void stop(String id) {
        running.remove(id).close();
    }

    RaftStore member(String id) {
        return running.get(id);
    }

    List<String> ids() {
        return List.copyOf(running.keySet());
    }

    /** The member that leads, once one does. */
    String awaitLeader() throws InterruptedException {
        CountDownLatch found = new CountDownLatch(1);
        AtomicReference<String> leader = new AtomicReference<>("");
        List<AutoCloseable> observers = new ArrayList<>();
        running.forEach((id, store) ->
                observers.add(
                        store.leadership()
                                .observe(
                                        new dev.quilla.store.Leadership.Listener() {
                                            @Override
                                            public void leads(long term) {
                                                leader.set(id);
                                                found.countDown();
                                            }

                                            @Override
                                            public void follows() {}
                                        })));
        if (!found.await(30, TimeUnit.SECONDS)) {
            throw new UnavailableException("nobody leads after 30 s");
        }
        return leader.get();
    }

    @Override
    public void close() {
        running.values().forEach(Store::close);
    }
}

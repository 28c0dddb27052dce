package dev.quilla.store.raft;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Clients that write as fast as they are answered, and keep what was acknowledged. */
final class Writers implements AutoCloseable {

    private static final int CLIENTS = 16;

    private final MemberGroup group;
    private final String prefix;
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    private final CountDownLatch enough;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean stopped;

    /**
     * Starts them.
     *
     * @param enough how many acknowledgements {@link #awaitEnough} waits for
     */
    Writers(MemberGroup group, String prefix, int enough) {
        this.group = group;
        this.prefix = prefix;
        this.enough = new CountDownLatch(enough);
        for (int client = 0; client < CLIENTS; client++) {
            int number = client;
            threads.execute(() -> write(number));
        }
    }

    private void write(int client) {
        List<MemberProcess> members = group.all();
        for (int n = 0; !stopped; n++) {
            String key = prefix + "/" + client + "/" + n;
            String value = "v" + n;
            MemberProcess member = members.get((client + n) % members.size());
            if (member.ask("put " + key + " " + value).join().startsWith("ok")) {
                acknowledged.put(key, value);
                enough.countDown();
            }
        }
    }

    void awaitEnough() throws InterruptedException {
        if (!enough.await(120, TimeUnit.SECONDS)) {
            throw new AssertionError("only " + acknowledged.size() + " writes in two minutes");
        }
    }

    /** Ends them; answers what was acknowledged. */
    Map<String, String> stop() {
        stopped = true;
        threads.close();
        return acknowledged;
    }

    @Override
    public void close() {
        stop();
    }
}

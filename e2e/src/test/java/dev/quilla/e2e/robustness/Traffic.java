package dev.quilla.e2e.robustness;

import dev.quilla.e2e.robustness.Operation.Answer;
import dev.quilla.e2e.robustness.Operation.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Clients that use the store as an API server does, and what they saw. Each stays with one member
 * until that does not answer, and goes on with the next.
 */
final class Traffic implements AutoCloseable {

    static final String PREFIX = "/registry/";

    private static final Duration PAUSE_AFTER_LOSS = Duration.ofMillis(50);
    private static final Duration END = Duration.ofSeconds(60);

    /** What one client does, call after call. */
    interface Client {

        /** The next call; may wait before it. */
        Request next() throws InterruptedException;

        /** What came of it. */
        void answered(Request request, Answer answer);
    }

    private final ConcurrentLinkedQueue<Operation> operations = new ConcurrentLinkedQueue<>();
    private final LongAdder answered = new LongAdder();
    private final List<Thread> threads = new ArrayList<>();
    private final Members members;

    /** Some that write objects, and some that hold leases. */
    Traffic(Members members, int objects, int holders, long seed) {
        this.members = members;
        for (int i = 0; i < objects + holders; i++) {
            SplittableRandom random = new SplittableRandom(seed * 1_000 + i);
            int number = i;
            Client client =
                    i < objects
                            ? new ObjectsClient(random, "c" + i)
                            : new LeaseHolder(random, seed, i);
            threads.add(Thread.ofVirtual().name("client-" + i).start(() -> run(number, client)));
        }
    }

    private void run(int number, Client client) {
        int member = number;
        try {
            while (true) {
                Request request = client.next();
                Answer answer = call(number, member % Members.COUNT, request);
                client.answered(request, answer);
                if (answer instanceof Answer.Lost) {
                    member++;
                    TimeUnit.NANOSECONDS.sleep(PAUSE_AFTER_LOSS.toNanos());
                } else {
                    answered.increment();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Answer call(int client, int member, Request request) {
        long sent = System.nanoTime();
        Answer answer = new Caller(members.channel(member)).call(request);
        operations.add(new Operation(client, sent, System.nanoTime(), request, answer));
        return answer;
    }

    /** How many calls were answered until now. */
    long answered() {
        return answered.sum();
    }

    /**
     * Ends the clients, waits until no lease has keys any more, but not for ever, and reads
     * everything once more.
     */
    List<Operation> finish() throws InterruptedException {
        close();
        for (Thread thread : threads) {
            thread.join();
        }
        long deadline = System.nanoTime() + END.toNanos();
        int last = threads.size();
        for (int i = 0; System.nanoTime() < deadline; i++) {
            int member = i % Members.COUNT;
            if (call(last, member, new Request.Read(LeaseHolder.PREFIX))
                            instanceof Answer.Found found
                    && found.entries().isEmpty()) {
                break;
            }
            TimeUnit.NANOSECONDS.sleep(PAUSE_AFTER_LOSS.toNanos());
        }
        for (int i = 0; i < 2 * Members.COUNT; i++) {
            if (call(last, i % Members.COUNT, new Request.Read(PREFIX)) instanceof Answer.Found) {
                return List.copyOf(operations);
            }
        }
        throw new AssertionError("nobody answers after all faults have ended");
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}

package dev.quilla.apiserver.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.apiserver.transcript.TestApi;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.Resources;
import dev.quilla.model.coordination.v1.Lease;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ChangeWorkerTest {

    private static final String GROUP = "coordination.k8s.io";

    private final TestApi api = new TestApi();
    private final BlockingQueue<String> done = new LinkedBlockingQueue<>();

    private void create(String name) {
        api.client()
                .resource(Resources.LEASES)
                .create(Lease.builder().metadata(m -> m.name(name).namespace("default")).build());
    }

    private void awaitDone(String what) throws InterruptedException {
        assertEquals(what, done.poll(20, TimeUnit.SECONDS));
    }

    @Test
    void worksAtFirstAndAfterEachChange() throws InterruptedException {
        try (ChangeWorker<String> worker =
                ChangeWorker.ofGroup("test", api.objects(), GROUP, () -> done.add("all"))) {
            worker.start();
            awaitDone("all");
            create("one");
            awaitDone("all");
            create("two");
            awaitDone("all");
        }
    }

    @Test
    void whatFailsIsTriedAgainWhateverTheFailure() throws InterruptedException {
        List<RuntimeException> failures =
                List.of(ApiErrors.badRequest("refused"), new IllegalStateException("a bug"));
        AtomicInteger attempts = new AtomicInteger();
        try (ChangeWorker<String> worker =
                ChangeWorker.ofGroup(
                        "test",
                        api.objects(),
                        GROUP,
                        () -> {
                            int attempt = attempts.getAndIncrement();
                            if (attempt < failures.size()) {
                                throw failures.get(attempt);
                            }
                            done.add("all");
                        })) {
            worker.start();
            awaitDone("all");
        }
        assertEquals(failures.size() + 1, attempts.get());
    }
}

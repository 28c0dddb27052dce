package dev.quilla.store.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DeadlinesTest {

    private static void assertTooLate(CompletableFuture<?> future) {
        ExecutionException failure =
                assertThrows(ExecutionException.class, () -> future.get(20, TimeUnit.SECONDS));
        assertInstanceOf(TimeoutException.class, failure.getCause());
    }

    @Test
    void whatDoesNotEndInTimeIsEnded() {
        try (Deadlines deadlines = new Deadlines(Duration.ofMillis(1))) {
            assertTooLate(deadlines.bound(new CompletableFuture<>()));
        }
    }

    @Test
    void whatHasTimeIsLeftAlone() throws Exception {
        try (Deadlines deadlines = new Deadlines(Duration.ofHours(1));
                Deadlines shorter = new Deadlines(Duration.ofMillis(1))) {
            CompletableFuture<String> patient = deadlines.bound(new CompletableFuture<>());
            assertTooLate(shorter.bound(new CompletableFuture<>()));
            assertFalse(patient.isDone());
            patient.complete("in time");
            assertEquals("in time", patient.get());
        }
    }

    @Test
    void nothingOutlivesTheEnd() {
        Deadlines deadlines = new Deadlines(Duration.ofHours(1));
        CompletableFuture<String> before = deadlines.bound(new CompletableFuture<>());
        deadlines.close();
        assertTooLate(before);
        assertTooLate(deadlines.bound(new CompletableFuture<>()));
    }
}

package dev.quilla.store.raft.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class InOrderTest {

    private final InOrder<String> inOrder = new InOrder<>();

    @Test
    void nothingIsDoneBeforeWhatCameEarlier() throws IOException {
        CompletableFuture<String> onItsWayToTheDisk = new CompletableFuture<>();
        CompletableFuture<String> first = inOrder.add(() -> onItsWayToTheDisk);
        CompletableFuture<String> again =
                inOrder.add(() -> CompletableFuture.completedFuture("in memory"));
        assertFalse(again.isDone());
        onItsWayToTheDisk.complete("on disk");
        assertEquals("on disk", first.join());
        assertEquals("in memory", again.join());
    }

    @Test
    void whatFailsHoldsUpNothing() throws IOException {
        CompletableFuture<String> failing = new CompletableFuture<>();
        CompletableFuture<String> first = inOrder.add(() -> failing);
        CompletableFuture<String> second =
                inOrder.add(() -> CompletableFuture.completedFuture("second"));
        failing.completeExceptionally(new IOException("no disk"));
        assertTrue(first.isCompletedExceptionally());
        assertEquals("second", second.join());
    }

    @Test
    void whatCanNotBeginIsNotWaitedFor() throws IOException {
        assertThrows(
                IOException.class,
                () ->
                        inOrder.add(() -> {
                            throw new IOException("not here");
                        }));
        assertEquals("next", inOrder.add(() -> CompletableFuture.completedFuture("next")).join());
    }
}

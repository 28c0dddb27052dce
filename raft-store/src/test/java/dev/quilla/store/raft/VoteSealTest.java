package dev.quilla.store.raft;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.store.DamagedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VoteSealTest {

    private static final Instant VOTED = Instant.parse("2026-01-01T00:00:00.123456789Z");

    @TempDir Path group;
    private Path vote;

    @BeforeEach
    void vote() throws IOException {
        vote = Files.createDirectory(group.resolve("current")).resolve("raft-meta");
        write("term=4\nvotedFor=m1\n", VOTED);
    }

    private void write(String content, Instant at) throws IOException {
        Files.writeString(vote, content);
        Files.setLastModifiedTime(vote, FileTime.from(at));
    }

    private void seal(Instant at) {
        new VoteSeal(group).look(at);
    }

    private void check() throws IOException {
        new VoteSeal(group).check();
    }

    @Test
    void aVoteThatIsAsItWasIsWhole() {
        seal(VOTED.plusSeconds(5));
        assertTrue(Files.exists(group.resolve("vote.sum")));
        assertDoesNotThrow(this::check);
    }

    @Test
    void anotherVoteThanWasWrittenIsNoticed() throws IOException {
        seal(VOTED.plusSeconds(5));
        write("term=4\nvotedFor=m3\n", VOTED);
        assertThrows(DamagedException.class, this::check);
    }

    @Test
    void aVoteThatWasGivenSinceIsNotJudged() throws IOException {
        seal(VOTED.plusSeconds(5));
        write("term=5\nvotedFor=m3\n", VOTED.plusSeconds(6));
        assertDoesNotThrow(this::check);
    }

    @Test
    void aVoteIsNotSealedWhileAnotherCouldHaveTheSameTime() {
        seal(VOTED.plusMillis(500));
        assertFalse(Files.exists(group.resolve("vote.sum")));
    }

    @Test
    void aLaterVoteIsSealedToo() throws IOException {
        VoteSeal seal = new VoteSeal(group);
        seal.look(VOTED.plusSeconds(5));
        write("term=5\nvotedFor=m2\n", VOTED.plusSeconds(6));
        seal.look(VOTED.plusSeconds(10));
        write("term=5\nvotedFor=m3\n", VOTED.plusSeconds(6));
        assertThrows(DamagedException.class, this::check);
    }

    @Test
    void whoHasNotVotedHasNoSeal() throws IOException {
        Files.delete(vote);
        seal(VOTED);
        assertDoesNotThrow(this::check);
    }
}

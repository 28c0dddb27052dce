package dev.quilla.store.raft;

import dev.quilla.store.Command;
import dev.quilla.store.DamagedException;
import dev.quilla.store.StoreException;
import dev.quilla.store.mvcc.CommandCodec;
import dev.quilla.store.mvcc.MvccState;
import dev.quilla.store.mvcc.SnapshotFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.util.SizeInBytes;

/**
 * Reads all that a member's directory holds, without Raft: the newest snapshot that is whole, and
 * every log entry after it. Entries that may not have been committed count: one that was
 * acknowledged may be among them. For one thread.
 */
final class Salvage {

    private static final SizeInBytes ENTRY_MAX = SizeInBytes.valueOf("16MB");

    private final Path directory;
    private MvccState state = MvccState.empty();
    private TermIndex last = TermIndex.INITIAL_VALUE;
    private List<RaftPeerProto> members = List.of();
    private String damage = "";

    private Salvage(Path directory) {
        this.directory = directory;
    }

    /**
     * Reads the directory of a member's log, as far as it can be read.
     *
     * @throws StoreException if there is nothing in it
     */
    static Salvage of(Path directory) {
        Salvage salvage = new Salvage(directory);
        try {
            salvage.readMembers();
            salvage.readSnapshot();
            salvage.readLog();
        } catch (IOException e) {
            throw new StoreException("can't read " + directory + ": " + e, e);
        }
        return salvage;
    }

    MvccState state() {
        return state;
    }

    TermIndex last() {
        return last;
    }

    /** As the log has them. */
    List<RaftPeerProto> members() {
        return members;
    }

    /** What can't be read; empty if all can. */
    String damage() {
        return damage;
    }

    Instant lastWritten() throws IOException {
        Instant latest = Instant.EPOCH;
        for (Path file : files("current")) {
            Instant written = Files.getLastModifiedTime(file).toInstant();
            latest = written.isAfter(latest) ? written : latest;
        }
        return latest;
    }

    private List<Path> files(String part) throws IOException {
        Path folder = directory.resolve(part);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private void readMembers() throws IOException {
        members = membersIn(directory);
    }

    /** The members as the file beside a log has them, which is written with every change. */
    static List<RaftPeerProto> membersIn(Path log) throws IOException {
        Path conf = log.resolve("current").resolve("raft-meta.conf");
        return Files.exists(conf)
                ? membersOf(LogEntryProto.parseFrom(Files.readAllBytes(conf)))
                : List.of();
    }

    private static List<RaftPeerProto> membersOf(LogEntryProto entry) {
        List<RaftPeerProto> all = new ArrayList<>(entry.getConfigurationEntry().getPeersList());
        all.addAll(entry.getConfigurationEntry().getListenersList());
        return all;
    }

    private void take(LogEntryProto entry) {
        if (entry.hasConfigurationEntry()) {
            members = membersOf(entry);
        }
    }

    private void readSnapshot() throws IOException {
        List<Snapshot> snapshots =
                files("sm").stream()
                        .map(Snapshot::of)
                        .flatMap(Optional::stream)
                        .sorted(Comparator.comparing(Snapshot::last).reversed())
                        .toList();
        for (Snapshot snapshot : snapshots) {
            try {
                state = SnapshotFile.read(snapshot.file());
                last = snapshot.last();
                return;
            } catch (StoreException e) {
                damage = e.getMessage();
            }
        }
    }

    private record Snapshot(Path file, TermIndex last) {

        static Optional<Snapshot> of(Path file) {
            Matcher name =
                    SimpleStateMachineStorage.SNAPSHOT_REGEX.matcher(file.getFileName().toString());
            return name.matches()
                    ? Optional.of(
                            new Snapshot(
                                    file,
                                    TermIndex.valueOf(
                                            Long.parseLong(name.group(1)),
                                            Long.parseLong(name.group(2)))))
                    : Optional.empty();
        }
    }

    private void readLog() throws IOException {
        try {
            for (LogSegmentPath segment : LogCheck.segments(directory.resolve("current"))) {
                LogSegment.readSegmentFile(
                        segment.getPath().toFile(),
                        segment.getStartEnd(),
                        ENTRY_MAX,
                        CorruptionPolicy.WARN_AND_RETURN,
                        null,
                        this::apply);
                LogCheck.verify(segment);
            }
        } catch (IOException | IllegalStateException | DamagedException e) {
            damage =
                    "the log can be read up to entry "
                            + last.getIndex()
                            + " only: "
                            + e.getMessage();
        }
    }

    private void apply(LogEntryProto entry) {
        if (entry.getIndex() <= last.getIndex()) {
            return;
        }
        if (entry.getIndex() != last.getIndex() + 1) {
            throw new IllegalStateException("the next one is " + entry.getIndex());
        }
        take(entry);
        if (entry.hasStateMachineLogEntry()) {
            byte[] data = entry.getStateMachineLogEntry().getLogData().toByteArray();
            for (Command command : CommandCodec.decodeBatch(data)) {
                state = state.apply(entry.getIndex(), entry.getTerm(), command).state();
            }
        }
        last = TermIndex.valueOf(entry);
    }
}

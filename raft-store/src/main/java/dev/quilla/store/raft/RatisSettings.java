package dev.quilla.store.raft;

import dev.quilla.store.raft.transport.RaftTransport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** How Ratis is set up, and why where the default would be wrong for us. */
final class RatisSettings {

    /**
     * How long a member waits for its first leader: JVMs are cold then, and shorter time-outs would
     * make elections flap.
     */
    private static final Duration FIRST_MIN = Duration.ofMillis(1_400);

    private static final Duration FIRST_MAX = Duration.ofMillis(2_800);

    /** How long a member that is being filled may be silent, as while it loads a snapshot. */
    private static final Duration SILENCE_WHILE_FILLED = Duration.ofSeconds(60);

    private RatisSettings() {}

    static RaftProperties of(RaftStoreConfig config) {
        RaftProperties p = new RaftProperties();
        RaftServerConfigKeys.setStorageDir(p, List.of(config.dataDir().toFile()));
        RaftConfigKeys.Rpc.setType(p, new RaftTransport());
        elections(p, config);
        log(p);
        snapshots(p);
        RaftServerConfigKeys.RetryCache.setExpiryTime(
                p, TimeDuration.valueOf(30, TimeUnit.SECONDS));
        RaftServerConfigKeys.Write.setElementLimit(p, 1024);
        RaftServerConfigKeys.setStagingTimeout(p, time(SILENCE_WHILE_FILLED));
        return p;
    }

    private static void elections(RaftProperties p, RaftStoreConfig config) {
        RaftServerConfigKeys.Rpc.setTimeoutMin(p, time(config.electionTimeoutMin()));
        RaftServerConfigKeys.Rpc.setTimeoutMax(p, time(config.electionTimeoutMax()));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(p, time(FIRST_MIN));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(p, time(FIRST_MAX));
        RaftServerConfigKeys.LeaderElection.setPreVote(p, true);
        // The default lets a leader that lost its majority for a moment not stand again for 10 s,
        // although it may be the only one whose log lets it win.
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(
                p, time(config.electionTimeoutMin()));
        // A pause of the whole machine must not end the server.
        RaftServerConfigKeys.setCloseThreshold(p, TimeDuration.valueOf(10, TimeUnit.MINUTES));
    }

    private static void log(RaftProperties p) {
        // Both of these would acknowledge entries that are not on disk.
        RaftServerConfigKeys.Log.setUnsafeFlushEnabled(p, false);
        RaftServerConfigKeys.Log.setAsyncFlushEnabled(p, false);
        // An entry an entry, only to say what is committed: CommitNews does, without a flush.
        RaftServerConfigKeys.Log.setLogMetadataEnabled(p, false);
        // The default would drop acknowledged entries behind a damaged one.
        RaftServerConfigKeys.Log.setCorruptionPolicy(
                p, RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION);
        RaftServerConfigKeys.Log.setSegmentSizeMax(p, SizeInBytes.valueOf("8MB"));
        RaftServerConfigKeys.Log.setPreallocatedSize(p, SizeInBytes.valueOf("1MB"));
        RaftServerConfigKeys.Log.setWriteBufferSize(p, SizeInBytes.valueOf("9MB"));
        RaftServerConfigKeys.Log.setSegmentCacheSizeMax(p, SizeInBytes.valueOf("8MB"));
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(p, true);
        // Entries come in order, and this would hand each to another thread to see to that.
        RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(p, false);
    }

    private static void snapshots(RaftProperties p) {
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(p, true);
        // Asked after every entry: SnapshotPace knows when one is due, and what log is spare.
        RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(p, 1);
        RaftServerConfigKeys.Log.setPurgeGap(p, 1);
        // A chunk of the default size is larger than a message may be: it would never arrive.
        RaftServerConfigKeys.Log.Appender.setSnapshotChunkSizeMax(p, SizeInBytes.valueOf("1MB"));
    }

    private static TimeDuration time(Duration duration) {
        return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
    }
}

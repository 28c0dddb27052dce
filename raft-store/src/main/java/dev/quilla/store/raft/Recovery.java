package dev.quilla.store.raft;

import dev.quilla.store.StoreException;
import dev.quilla.store.mvcc.ContentsCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.protocol.GroupInfoRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.util.ProtoUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a store of one member out of what a stopped member has, when most members are gone for
 * good. The new store's log is another one: members of the old, should they come back, can't talk
 * to it. Holds the member's directory until it is closed. For one thread.
 */
public final class Recovery implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final String UNDER_WAY = "recovering";
    private static final String BEFORE = "before-recovery";

    private final Path dataDir;
    private final DataDirectory held;
    private final Identity identity;
    private final Salvage salvage;

    private Recovery(Path dataDir, DataDirectory held, Identity identity, Salvage salvage) {
        this.dataDir = dataDir;
        this.held = held;
        this.identity = identity;
        this.salvage = salvage;
    }

    /**
     * Reads what a member has.
     *
     * @throws StoreException if it runs, or there is nothing
     */
    public static Recovery open(Path dataDir) {
        if (!Files.exists(dataDir.resolve(Identity.FILE))) {
            throw new StoreException("there is no member's data in " + dataDir);
        }
        DataDirectory held = DataDirectory.hold(dataDir);
        try {
            DataDirectory.refuseCondemned(dataDir);
            Identity identity = Identity.read(dataDir);
            Path log = dataDir.resolve(identity.group().getUuid().toString());
            if (!Files.isDirectory(log)) {
                throw new StoreException(
                        dataDir
                                + " holds no log; if a recovery was interrupted, rename its "
                                + BEFORE
                                + " to "
                                + log.getFileName());
            }
            return new Recovery(dataDir, held, identity, Salvage.of(log));
        } catch (IOException e) {
            held.close();
            throw new StoreException("can't read " + dataDir + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            held.close();
            throw e;
        }
    }

    /** What the member has. */
    public Remains remains() {
        try {
            return new Remains(
                    Identity.nameOf(identity.member()),
                    salvage.last().getTerm(),
                    salvage.last().getIndex(),
                    salvage.state().revision(),
                    salvage.state().size(),
                    salvage.state().digest(),
                    salvage.lastWritten(),
                    salvage.members().stream().map(Recovery::member).toList(),
                    salvage.damage());
        } catch (IOException e) {
            throw new StoreException("can't read " + dataDir + ": " + e.getMessage(), e);
        }
    }

    /** Who the members are, as far as a directory of a log says it. */
    static List<RaftStoreConfig.Member> membersIn(Path log) {
        try {
            return Salvage.membersIn(log).stream().map(Recovery::member).toList();
        } catch (IOException | RuntimeException e) {
            LOG.debug("{} does not say who the members are", log, e);
            return List.of();
        }
    }

    private static RaftStoreConfig.Member member(RaftPeerProto proto) {
        RaftPeer peer = ProtoUtils.toRaftPeer(proto);
        int colon = peer.getAddress().lastIndexOf(':');
        return new RaftStoreConfig.Member(
                Identity.nameOf(peer.getId()),
                peer.getAddress().substring(0, colon),
                Integer.parseInt(peer.getAddress().substring(colon + 1)),
                proto.getClientAddress());
    }

    /** Those of the other members that answer. */
    public List<String> answering(Optional<RaftStoreConfig.Tls> tls) {
        PeerCalls calls = new PeerCalls(tls);
        List<String> answering = new ArrayList<>();
        for (RaftStoreConfig.Member member : remains().members()) {
            if (!member.id().equals(Identity.nameOf(identity.member()))
                    && answers(calls, member.address())) {
                answering.add(member.id());
            }
        }
        return answering;
    }

    private boolean answers(PeerCalls calls, String address) {
        try {
            calls.ask(
                    address,
                    PeerCalls.PATIENCE,
                    (self, to, call) -> new GroupInfoRequest(self, to, identity.group(), call));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * From its next start on this member is all of a new store, with all that it has, at a revision
     * that is higher than any the old one can have reached. What was there before is kept beside
     * it.
     *
     * @param self where it is reached from now on
     */
    public void goOnAlone(RaftStoreConfig.Member self) {
        RaftGroupId group = RaftGroupId.randomId();
        Identity next =
                new Identity(
                        identity.cluster(),
                        group,
                        Identity.fresh(Identity.nameOf(identity.member())));
        Path old = dataDir.resolve(identity.group().getUuid().toString());
        Path made = dataDir.resolve(UNDER_WAY);
        Path aside = dataDir.resolve(BEFORE + "-" + old.getFileName());
        try {
            clear(made);
            write(made, next, self);
            Files.copy(
                    old.resolve("current").resolve("raft-meta"),
                    made.resolve("current").resolve("raft-meta"));
            Files.move(old, aside);
            Files.move(made, dataDir.resolve(group.getUuid().toString()));
            next.write(dataDir);
        } catch (IOException e) {
            throw new StoreException(
                    "the recovery in "
                            + dataDir
                            + " did not succeed ("
                            + e
                            + "): make room, and"
                            + " mend its permissions",
                    e);
        }
    }

    private void write(Path made, Identity next, RaftStoreConfig.Member self) throws IOException {
        TermIndex last = salvage.last();
        Path snapshots = Files.createDirectories(made.resolve("sm"));
        Path snapshot = snapshots.resolve("snapshot." + last.getTerm() + "_" + last.getIndex());
        RatisSnapshot.write(ContentsCodec.raised(salvage.state()), snapshot);
        RaftPeerProto alone =
                RaftPeer.newBuilder()
                        .setId(next.member())
                        .setAddress(self.address())
                        .setClientAddress(self.clientAddress())
                        .build()
                        .getRaftPeerProto();
        LogEntryProto members =
                LogEntryProto.newBuilder()
                        .setTerm(last.getTerm())
                        .setIndex(last.getIndex())
                        .setConfigurationEntry(RaftConfigurationProto.newBuilder().addPeers(alone))
                        .build();
        Path current = Files.createDirectories(made.resolve("current"));
        Files.write(current.resolve("raft-meta.conf"), members.toByteArray());
    }

    /** What an attempt before this one has left. */
    private static void clear(Path made) throws IOException {
        if (Files.exists(made)) {
            Files.move(made, made.resolveSibling(UNDER_WAY + "-" + UUID.randomUUID()));
        }
    }

    @Override
    public void close() {
        held.close();
    }
}

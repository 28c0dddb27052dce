package dev.quilla.store.raft;

import dev.quilla.store.DamagedException;
import dev.quilla.store.Member;
import dev.quilla.store.MembershipException;
import dev.quilla.store.MembershipException.Reason;
import dev.quilla.store.StoreException;
import dev.quilla.store.UnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.protocol.RaftPeerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a member: as what it was, or else, where it has lost that, as another one in its place. It
 * serves nothing before the others have filled it.
 *
 * <p>A member that has lost an entry or a vote must never act under the id that gave its word: the
 * others would count on it. So it takes a new id, under which nobody counts it until a leader has
 * filled it and put it in the old one's place, by a single change of the members that needs a
 * majority without it.
 */
final class MemberStart {

    private static final Logger LOG = LoggerFactory.getLogger(MemberStart.class);

    /** How long the others may take to fill a member. */
    private static final Duration FILL = Duration.ofMinutes(10);

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final RaftStoreConfig config;
    private final PeerCalls calls;
    private final InstantSource clock;
    private final Opener opener;

    /** Starts Raft in a directory whose log is whole, or is new. */
    interface Opener {

        /**
         * Does it.
         *
         * @param founding waited for before the member acts, where that is not sure to be right
         */
        RatisLog open(Identity identity, Optional<Founding> founding) throws IOException;
    }

    MemberStart(RaftStoreConfig config, PeerCalls calls, InstantSource clock, Opener opener) {
        this.config = config;
        this.calls = calls;
        this.clock = clock;
        this.opener = opener;
    }

    RatisLog run() throws IOException {
        try {
            return asItWas();
        } catch (IOException | RuntimeException e) {
            return inItsPlace(damage(e).orElseThrow(() -> unusable(e)));
        }
    }

    private RatisLog asItWas() throws IOException {
        DataDirectory.refuseCondemned(config.dataDir());
        Optional<Identity> known = Identity.in(config);
        if (known.isPresent() && Files.isDirectory(log(known.get()))) {
            LogCheck.of(log(known.get()));
            return known.get().replaces().isPresent()
                    ? replaced(known.get())
                    : opener.open(known.get(), Optional.empty());
        }
        return config.joins() ? joining() : founding();
    }

    private Path log(Identity identity) {
        return config.dataDir().resolve(identity.group().getUuid().toString());
    }

    private RatisLog joining() throws IOException {
        Identity identity =
                new Identity(
                        config.clusterId(),
                        Joining.groupOf(config, calls),
                        Identity.fresh(config.memberId()));
        if (Place.find(config, calls).isPresent()) {
            throw new DamagedException(
                    config.memberId() + " has lost its data: " + config.dataDir() + " is empty");
        }
        identity.write(config.dataDir());
        return opener.open(identity, Optional.empty());
    }

    private RatisLog founding() throws IOException {
        Identity identity =
                new Identity(
                        config.clusterId(),
                        Identity.groupOf(config.clusterId()),
                        RaftPeerId.valueOf(config.memberId()));
        identity.write(config.dataDir());
        // A restored one has data, although it has never run.
        return opener.open(
                identity,
                Files.isDirectory(log(identity))
                        ? Optional.empty()
                        : Optional.of(new Founding(config, calls)));
    }

    private static Optional<DamagedException> damage(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof DamagedException damaged) {
                return Optional.of(damaged);
            }
        }
        return Optional.empty();
    }

    private RatisLog inItsPlace(DamagedException damage) throws IOException {
        LOG.warn("{}; asking the others to fill this member anew", damage.getMessage());
        Place place = Place.of(config, calls, contacts(), damage);
        Identity next =
                new Identity(
                        config.clusterId(),
                        place.members().group(),
                        Identity.fresh(config.memberId()),
                        Optional.of(RaftPeerId.valueOf(place.lost().id())));
        Path aside = Aside.put(config.dataDir(), next, damage.getMessage(), clock.instant());
        LOG.warn("what there is of {} is put aside, in {}", place.lost().id(), aside);
        return replaced(next);
    }

    /** Those of the configuration may all be gone; the log has known who the members are. */
    private List<RaftStoreConfig.Member> contacts() throws IOException {
        Set<RaftStoreConfig.Member> contacts = new LinkedHashSet<>(config.members());
        for (Path log : Aside.logs(config.dataDir())) {
            contacts.addAll(Recovery.membersIn(log));
        }
        contacts.remove(config.self());
        return List.copyOf(contacts);
    }

    private RatisLog replaced(Identity identity) throws IOException {
        List<RaftStoreConfig.Member> contacts = contacts();
        RatisLog log = opener.open(identity, Optional.empty());
        try {
            take(identity, RaftMembers.find(config.clusterId(), contacts, calls));
            catchUp(log);
            identity.settled().write(config.dataDir());
            LOG.warn("{} is filled from the others, and one of them again", identity.member());
            return log;
        } catch (IOException | RuntimeException e) {
            log.close();
            throw e;
        }
    }

    private void take(Identity identity, LiveMembers members) {
        Member heir =
                new Member(
                        identity.member().toString(),
                        config.memberId(),
                        config.self().address(),
                        config.self().clientAddress(),
                        false);
        String lost = identity.replaces().orElseThrow().toString();
        long deadline = System.nanoTime() + FILL.toNanos();
        while (true) {
            try {
                members.replace(lost, heir, FILL);
                return;
            } catch (MembershipException e) {
                if (e.reason() == Reason.UNKNOWN || System.nanoTime() > deadline) {
                    throw e;
                }
                LOG.info("waiting to take the place of {}: {}", lost, e.getMessage());
            }
            pause();
        }
    }

    private static void catchUp(RatisLog log) {
        long deadline = System.nanoTime() + FILL.toNanos();
        while (true) {
            try {
                log.barrier().get(FILL.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (ExecutionException | TimeoutException e) {
                if (System.nanoTime() > deadline) {
                    throw new UnavailableException("the others don't fill this member: " + e);
                }
                pause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StoreException("interrupted");
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted");
        }
    }

    private StoreException unusable(Exception e) {
        Throwable root = e;
        while (root.getCause() != null && !(root instanceof StoreException)) {
            root = root.getCause();
        }
        return root instanceof StoreException known
                ? known
                : new StoreException(
                        "the log in "
                                + config.dataDir()
                                + " can't be used ("
                                + root.getMessage()
                                + "): mend its permissions; if it is damaged, empty the directory and"
                                + " start this member again: the others fill it",
                        e);
    }
}

package dev.quilla.store.simulation;

import dev.quilla.store.Command;
import dev.quilla.store.Outcome;
import dev.quilla.store.Store;
import dev.quilla.store.StoreContract;
import dev.quilla.store.log.Bounds;
import dev.quilla.store.log.CommandLog;
import dev.quilla.store.log.Housekeeping;
import dev.quilla.store.log.Replica;
import dev.quilla.store.log.ReplicatedStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.lifecycle.AfterProperty;

/** The store as it is, on a simulated log: the seam hides which log it is. */
class SimulatedStoreTest extends StoreContract {

    private static final int FORGET_NOTHING = Integer.MAX_VALUE;

    private final List<Store> opened = new ArrayList<>();

    @Override
    protected Store store() {
        World world = new World(1, 3);
        List<Replica> replicas = new ArrayList<>();
        SimulatedGroup group =
                new SimulatedGroup(
                        world,
                        3,
                        20,
                        number -> {
                            Replica replica = new Replica();
                            replicas.add(number, replica);
                            return replica;
                        },
                        new Checks(1, Set.of()) {
                            @Override
                            public void loaded(int member, long index) {}
                        },
                        Set.of());
        while (group.leader().isEmpty()) {
            group.elect();
        }
        SimulatedLog leader = group.leader().orElseThrow();
        Store store =
                new ReplicatedStore(
                        new PumpedLog(leader, world),
                        replicas.get(leader.number),
                        new Housekeeping(
                                new Bounds(FORGET_NOTHING, Long.MAX_VALUE, 0, Optional.empty())),
                        why -> {
                            throw new IllegalStateException(why);
                        });
        opened.add(store);
        return store;
    }

    @AfterProperty
    void close() {
        opened.forEach(Store::close);
    }

    /** Lets the world go on until it has answered; blocking callers can't do that themselves. */
    private record PumpedLog(SimulatedLog log, World world) implements CommandLog {

        private <T> CompletableFuture<T> pumped(CompletableFuture<T> answer) {
            while (!answer.isDone()) {
                world.step();
            }
            return answer;
        }

        @Override
        public CompletableFuture<Outcome> propose(Command command) {
            synchronized (world) {
                return pumped(log.propose(command));
            }
        }

        @Override
        public CompletableFuture<Void> barrier() {
            synchronized (world) {
                return pumped(log.barrier());
            }
        }

        @Override
        public Position position() {
            synchronized (world) {
                return log.position();
            }
        }

        @Override
        public void close() {}
    }
}

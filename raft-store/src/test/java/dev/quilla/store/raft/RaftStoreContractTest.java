package dev.quilla.store.raft;

import dev.quilla.store.Store;
import dev.quilla.store.StoreContract;
import java.io.IOException;
import java.nio.file.Files;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** Three real members keep the contract, asked through their leader. */
class RaftStoreContractTest extends StoreContract {

    private static @Nullable RaftGroupFixture group;
    private static @Nullable Store leader;

    @BeforeContainer
    static void startGroup() throws IOException, InterruptedException {
        RaftGroupFixture started =
                new RaftGroupFixture(Files.createTempDirectory("contract"), 1_000);
        group = started;
        leader = started.member(started.awaitLeader());
    }

    @AfterContainer
    static void stopGroup() {
        if (group != null) {
            group.close();
        }
    }

    @Override
    protected Store store() {
        if (leader == null) {
            throw new IllegalStateException("the group was not started");
        }
        return leader;
    }
}

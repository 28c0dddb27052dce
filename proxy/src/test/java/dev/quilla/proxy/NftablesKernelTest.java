package dev.quilla.proxy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The chapters of {@link NftablesStory}. */
class NftablesKernelTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"spreads", "affinity", "policies", "datagrams", "differences", "repair"})
    void theKernelDoesAsTheTableSays(String chapter) throws Exception {
        InOwnNetwork.run(NftablesStory.class, chapter);
    }
}

package dev.quilla.store.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many small disasters. {@code -Dsimulation.seed=N} runs one of them again, {@code
 * -Dsimulation.seeds=N} more of them.
 */
class SimulationTest {

    private static final int STEPS = 2_500;
    private static final int MUTANT_SEEDS = 2_000;

    @Test
    void everyPromiseIsKeptWhateverGoesWrong() {
        Long one = Long.getLong("simulation.seed");
        long first = one == null ? 1 : one;
        long last = one == null ? Integer.getInteger("simulation.seeds", 500) : one;
        long acknowledged = 0;
        for (long seed = first; seed <= last; seed++) {
            acknowledged += run(seed, Set.of());
        }
        assertTrue(acknowledged > (last - first) * 10, "hardly anything was acknowledged");
    }

    @ParameterizedTest
    @EnumSource
    void aPlantedMistakeIsFound(Mutant mutant) {
        for (long seed = 1; seed <= MUTANT_SEEDS; seed++) {
            try {
                run(seed, Set.of(mutant));
            } catch (AssertionError found) {
                System.out.printf("%s: seed %d: %s%n", mutant, seed, found.getMessage());
                return;
            }
        }
        fail(mutant + " was not found");
    }

    private static long run(long seed, Set<Mutant> mutants) {
        Simulation simulation = new Simulation(seed, mutants);
        simulation.run(STEPS);
        return simulation.checks().acknowledgements();
    }
}

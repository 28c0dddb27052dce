package dev.quilla.apiserver.flow;

import dev.quilla.model.flowcontrol.v1.ExemptPriorityLevelConfiguration;
import dev.quilla.model.flowcontrol.v1.LimitedPriorityLevelConfiguration;
import dev.quilla.model.flowcontrol.v1.PriorityLevelConfiguration;
import dev.quilla.model.flowcontrol.v1.QueuingConfiguration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a priority level is configured to do.
 *
 * @param exempt whether its requests are never held up
 * @param shares its part of the server's seats, in proportion to the shares of all levels
 * @param lendablePercent how much of them others may use while it does not
 * @param borrowingLimitPercent how much more it may have, of its own; empty for any amount
 * @param queuing how requests wait that find no seat; empty if they are refused at once
 */
record LevelSettings(
        boolean exempt,
        int shares,
        int lendablePercent,
        OptionalInt borrowingLimitPercent,
        Optional<Queuing> queuing) {

    /**
     * How requests wait.
     *
     * @param queues how many queues the flows are dealt to
     * @param handSize how many of them one flow is dealt
     * @param lengthMax how many requests wait in one queue
     */
    record Queuing(int queues, int handSize, int lengthMax) {}

    static LevelSettings of(PriorityLevelConfiguration level) {
        if (level.spec().type().equals("Exempt")) {
            ExemptPriorityLevelConfiguration exempt = level.spec().exempt();
            return new LevelSettings(
                    true,
                    exempt.nominalConcurrencyShares(),
                    exempt.lendablePercent(),
                    OptionalInt.empty(),
                    Optional.empty());
        }
        LimitedPriorityLevelConfiguration limited = level.spec().limited();
        return new LevelSettings(
                false,
                limited.nominalConcurrencyShares(),
                limited.lendablePercent(),
                limited.hasBorrowingLimitPercent()
                        ? OptionalInt.of(limited.borrowingLimitPercent())
                        : OptionalInt.empty(),
                limited.limitResponse().type().equals("Queue")
                        ? Optional.of(queuing(limited.limitResponse().queuing()))
                        : Optional.empty());
    }

    private static Queuing queuing(QueuingConfiguration queuing) {
        return new Queuing(queuing.queues(), queuing.handSize(), queuing.queueLengthLimit());
    }
}

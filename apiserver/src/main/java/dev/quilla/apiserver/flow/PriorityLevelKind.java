package dev.quilla.apiserver.flow;

import dev.quilla.apiserver.kinds.KindBehaviour;
import dev.quilla.model.Struct;
import dev.quilla.model.flowcontrol.v1.LimitedPriorityLevelConfiguration;
import dev.quilla.model.flowcontrol.v1.PriorityLevelConfiguration;
import dev.quilla.model.flowcontrol.v1.PriorityLevelConfigurationSpec;
import dev.quilla.model.flowcontrol.v1.QueuingConfiguration;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Priority levels: how much of the server a kind of requests may have. */
public final class PriorityLevelKind implements KindBehaviour {

    private static final String EXEMPT_NAME = "exempt";
    private static final int SHARES_DEFAULT = 30;
    private static final int QUEUES_DEFAULT = 64;
    private static final int HAND_SIZE_DEFAULT = 8;
    private static final int LENGTH_DEFAULT = 50;
    private static final int QUEUES_MAX = 10_000_000;
    private static final double ENTROPY_BITS_MAX = 60;
    private static final List<String> TYPES = List.of("Exempt", "Limited");
    private static final List<String> RESPONSES = List.of("Queue", "Reject");
    private static final String LIMITED = "spec.limited";
    private static final String RESPONSE = LIMITED + ".limitResponse";
    private static final String QUEUING = RESPONSE + ".queuing";

    @Override
    public Struct defaults(Struct object) {
        PriorityLevelConfiguration level = new PriorityLevelConfiguration(object);
        PriorityLevelConfigurationSpec spec = level.spec();
        if (spec.hasLimited()) {
            return level.toBuilder().spec(s -> s.limited(limited(spec.limited()))).build().struct();
        }
        if (spec.type().equals("Exempt")) {
            return level.toBuilder()
                    .spec(s ->
                            s.exempt(e ->
                                    e.nominalConcurrencyShares(
                                                    spec.exempt().nominalConcurrencyShares())
                                            .lendablePercent(spec.exempt().lendablePercent())))
                    .build()
                    .struct();
        }
        return object;
    }

    private static LimitedPriorityLevelConfiguration limited(
            LimitedPriorityLevelConfiguration limited) {
        LimitedPriorityLevelConfiguration.Builder all = limited.toBuilder();
        if (!limited.hasNominalConcurrencyShares()) {
            all.nominalConcurrencyShares(SHARES_DEFAULT);
        }
        if (!limited.hasLendablePercent()) {
            all.lendablePercent(0);
        }
        if (limited.limitResponse().hasQueuing()) {
            all.limitResponse(r -> r.queuing(queuing(limited.limitResponse().queuing())));
        }
        return all.build();
    }

    private static QueuingConfiguration queuing(QueuingConfiguration queuing) {
        QueuingConfiguration.Builder all = queuing.toBuilder();
        if (queuing.queues() == 0) {
            all.queues(QUEUES_DEFAULT);
        }
        if (queuing.handSize() == 0) {
            all.handSize(HAND_SIZE_DEFAULT);
        }
        if (queuing.queueLengthLimit() == 0) {
            all.queueLengthLimit(LENGTH_DEFAULT);
        }
        return all.build();
    }

    @Override
    public List<FieldError> validate(Struct object, Optional<Struct> before) {
        PriorityLevelConfiguration level = new PriorityLevelConfiguration(object);
        PriorityLevelConfigurationSpec spec = level.spec();
        List<FieldError> errors = new ArrayList<>();
        if (level.name().equals(EXEMPT_NAME) != spec.type().equals("Exempt")) {
            errors.add(
                    FieldError.invalid(
                            "spec.type",
                            spec.type(),
                            "must be 'Exempt' if and only if `name` is 'exempt'"));
        }
        switch (spec.type()) {
            case "Exempt" -> {
                if (spec.hasLimited()) {
                    errors.add(
                            FieldError.forbidden(
                                    LIMITED, "must be nil if the type is not Limited"));
                }
                shares(
                        "spec.exempt",
                        spec.exempt().nominalConcurrencyShares(),
                        spec.exempt().lendablePercent(),
                        errors);
            }
            case "Limited" -> {
                if (spec.hasExempt()) {
                    errors.add(
                            FieldError.forbidden(
                                    "spec.exempt", "must be nil if the type is Limited"));
                }
                if (spec.hasLimited()) {
                    limited(spec.limited(), errors);
                } else {
                    errors.add(
                            FieldError.required(LIMITED, "must not be empty when type is Limited"));
                }
            }
            default -> errors.add(FieldError.notSupported("spec.type", spec.type(), TYPES));
        }
        fixed(level, errors);
        return errors;
    }

    /** Mandatory levels stay what they are; only the shares of the exempt one may be changed. */
    private static void fixed(PriorityLevelConfiguration level, List<FieldError> errors) {
        if (!FlowDefaults.MANDATORY.contains(level.name())) {
            return;
        }
        boolean same =
                FlowDefaults.level(level.name())
                        .filter(fixed -> isAs(level.spec(), fixed.spec()))
                        .isPresent();
        if (!same) {
            errors.add(
                    FieldError.invalid(
                            "spec",
                            "changed",
                            "spec of '" + level.name() + "' must equal the fixed value"));
        }
    }

    /** Whether a mandatory level has what is fixed of it. */
    static boolean isAs(PriorityLevelConfigurationSpec spec, PriorityLevelConfigurationSpec fixed) {
        return fixed.type().equals("Exempt")
                ? spec.type().equals("Exempt") && !spec.hasLimited()
                : spec.equals(fixed);
    }

    private static void limited(
            LimitedPriorityLevelConfiguration limited, List<FieldError> errors) {
        shares(LIMITED, limited.nominalConcurrencyShares(), limited.lendablePercent(), errors);
        if (limited.borrowingLimitPercent() < 0) {
            errors.add(
                    FieldError.invalid(
                            LIMITED + ".borrowingLimitPercent",
                            limited.borrowingLimitPercent(),
                            "if specified, must be a non-negative integer"));
        }
        boolean queuing = limited.limitResponse().hasQueuing();
        switch (limited.limitResponse().type()) {
            case "Reject" -> {
                if (queuing) {
                    errors.add(
                            FieldError.forbidden(
                                    QUEUING,
                                    "must be nil if limited.limitResponse.type is not Limited"));
                }
            }
            case "Queue" -> {
                if (queuing) {
                    queuing(limited.limitResponse().queuing(), errors);
                } else {
                    errors.add(
                            FieldError.required(
                                    QUEUING,
                                    "must not be empty if limited.limitResponse.type is Limited"));
                }
            }
            default ->
                    errors.add(
                            FieldError.notSupported(
                                    RESPONSE + ".type", limited.limitResponse().type(), RESPONSES));
        }
    }

    private static void shares(String at, int shares, int lendable, List<FieldError> errors) {
        if (shares < 0) {
            errors.add(
                    FieldError.invalid(
                            at + ".nominalConcurrencyShares",
                            shares,
                            "must be a non-negative integer"));
        }
        if (lendable < 0 || lendable > 100) {
            errors.add(
                    FieldError.invalid(
                            at + ".lendablePercent",
                            lendable,
                            "must be between 0 and 100, inclusive"));
        }
    }

    private static void queuing(QueuingConfiguration queuing, List<FieldError> errors) {
        positive(".queueLengthLimit", queuing.queueLengthLimit(), errors);
        positive(".queues", queuing.queues(), errors);
        positive(".handSize", queuing.handSize(), errors);
        if (queuing.queues() > QUEUES_MAX) {
            errors.add(
                    FieldError.invalid(
                            QUEUING + ".queues",
                            queuing.queues(),
                            "must not be greater than " + QUEUES_MAX));
        }
        if (queuing.handSize() > queuing.queues()) {
            errors.add(
                    FieldError.invalid(
                            QUEUING + ".handSize",
                            queuing.handSize(),
                            "should not be greater than queues (%d)".formatted(queuing.queues())));
        } else if (entropyBits(queuing) > ENTROPY_BITS_MAX) {
            errors.add(
                    FieldError.invalid(
                            QUEUING + ".handSize",
                            queuing.handSize(),
                            "required entropy bits of deckSize %d and handSize %d should not be greater than 60"
                                    .formatted(queuing.queues(), queuing.handSize())));
        }
    }

    /** How many bits of a hash it takes to deal a hand. */
    private static double entropyBits(QueuingConfiguration queuing) {
        double bits = 0;
        for (int i = 0; i < queuing.handSize() && bits <= ENTROPY_BITS_MAX; i++) {
            bits += Math.log(Math.max(1, queuing.queues() - i)) / Math.log(2);
        }
        return bits;
    }

    private static void positive(String field, int value, List<FieldError> errors) {
        if (value <= 0) {
            errors.add(FieldError.invalid(QUEUING + field, value, "must be positive"));
        }
    }
}

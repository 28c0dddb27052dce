package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.admission.match.MatchRules;
import dev.quilla.model.admissionregistration.v1.ParamKind;
import java.util.Optional;

/** What all policies have. Compared by identity. */
interface Policy {

    /** Its name. */
    String name();

    /** Which requests it is about. */
    MatchRules match();

    /** The kind of its parameters. */
    Optional<ParamKind> paramKind();

    /** Whether requests go on where it can't be followed. */
    boolean ignoresFailure();
}

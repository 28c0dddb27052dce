package dev.quilla.apiserver.admission;

import dev.quilla.apiserver.auth.Authorizer;
import dev.quilla.apiserver.auth.RoleRules;
import dev.quilla.apiserver.registry.ObjectStore;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Which policies objects pass, and in which order: first those that change, then those that check.
 */
public final class Admissions {

    private Admissions() {}

    /**
     * All that are built in.
     *
     * @param newName makes a name that starts with a text
     */
    public static List<Admission> builtIn(
            ObjectStore objects,
            RoleRules roles,
            Authorizer authorizer,
            UnaryOperator<String> newName) {
        return List.of(
                new LimitRangeAdmission(objects),
                new ServiceAccountAdmission(objects, newName),
                new NodeRestrictionAdmission(),
                new NewNodeTaintAdmission(),
                new PriorityAdmission(objects),
                new DefaultTolerationsAdmission(),
                new DefaultStorageClassAdmission(objects),
                new CertificateRequestAdmission(),
                new CertificateAnswerAdmission(authorizer),
                new PodSecurityAdmission(objects),
                new RoleEscalationAdmission(roles, authorizer));
    }
}

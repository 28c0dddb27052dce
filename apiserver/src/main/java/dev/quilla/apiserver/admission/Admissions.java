package dev.quilla.apiserver.admission;

import dev.quilla.apiserver.admission.policy.MutatingPolicies;
import dev.quilla.apiserver.admission.policy.PolicyParts;
import dev.quilla.apiserver.admission.policy.ValidatingPolicies;
import dev.quilla.apiserver.admission.webhook.MutatingWebhooks;
import dev.quilla.apiserver.admission.webhook.ValidatingWebhooks;
import dev.quilla.apiserver.admission.webhook.Webhooks;
import dev.quilla.apiserver.auth.Authorizer;
import dev.quilla.apiserver.auth.LastingTokens;
import dev.quilla.apiserver.auth.RoleRules;
import dev.quilla.apiserver.registry.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Which policies objects pass, and in which order: first those that change, then those that check.
 */
public final class Admissions {

    private Admissions() {}

    /**
     * All of them. Policies of users and webhooks that change objects stand before the policies
     * that check what has come out; those that may only refuse are asked last.
     *
     * @param newName makes a name that starts with a text
     * @param authorityPem the cluster's certificate authority
     */
    public static AdmissionChain all(
            ObjectStore objects,
            RoleRules roles,
            Authorizer authorizer,
            UnaryOperator<String> newName,
            LastingTokens tokens,
            String authorityPem,
            PolicyParts policies,
            Webhooks webhooks,
            PodSecuritySettings podSecurity) {
        List<Admission> changing =
                List.of(
                        new LimitRangeAdmission(objects),
                        new ServiceAccountAdmission(objects, newName),
                        new TokenSecretAdmission(objects, authorizer, tokens, authorityPem),
                        new NodeRestrictionAdmission(objects),
                        new NewNodeTaintAdmission(),
                        new PriorityAdmission(objects),
                        new RuntimeClassAdmission(objects),
                        new DefaultTolerationsAdmission(),
                        new DefaultStorageClassAdmission(objects),
                        new StorageProtectionAdmission(),
                        new CertificateRequestAdmission());
        MutatingPolicies mutating =
                new MutatingPolicies(objects, policies, new AdmissionChain(changing));
        List<Admission> again = new ArrayList<>(changing);
        again.add(mutating.again());
        List<Admission> all = new ArrayList<>(changing);
        all.add(mutating);
        all.add(new MutatingWebhooks(objects, webhooks, new AdmissionChain(again)));
        all.add(new NamespaceLifecycleAdmission());
        all.add(new CertificateAnswerAdmission(authorizer));
        all.add(new PodSecurityAdmission(objects, podSecurity));
        all.add(new ClaimResizeAdmission(objects));
        all.add(new RoleEscalationAdmission(roles, authorizer));
        all.add(new ValidatingPolicies(objects, policies));
        all.add(new ValidatingWebhooks(objects, webhooks));
        return new AdmissionChain(all);
    }
}

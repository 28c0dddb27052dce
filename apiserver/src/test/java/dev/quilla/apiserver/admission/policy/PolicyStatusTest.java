package dev.quilla.apiserver.admission.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.transcript.TestApi;
import dev.quilla.client.ResourceClient;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.admissionregistration.v1.ExpressionWarning;
import dev.quilla.model.admissionregistration.v1.NamedRuleWithOperations;
import dev.quilla.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import dev.quilla.model.admissionregistration.v1.Validation;
import dev.quilla.model.admissionregistration.v1.Variable;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyStatusTest {

    private final TestApi api = new TestApi();
    private final ResourceClient<ValidatingAdmissionPolicy> policies =
            api.client().resource(Resources.VALIDATING_ADMISSION_POLICIES);

    @Test
    void warnsOfFieldsThatAKindDoesNotHave() {
        policies.create(
                policy(
                        List.of("deployments"),
                        "object.spec.replicas > 1 && object.spec.replica > 1",
                        "object.spec.template.spec.containers.all(c, c.image.startsWith('a/'))",
                        "object.metadata.labels.app == variables.text",
                        "object.spec.replicas == 'two'"));

        List<ExpressionWarning> warnings = checked();

        assertEquals(
                List.of("spec.validations[0].expression", "spec.validations[3].expression"),
                warnings.stream().map(ExpressionWarning::fieldRef).toList());
        assertTrue(
                warnings.getFirst()
                        .warning()
                        .startsWith(
                                "apps/v1, Kind=Deployment: compilation failed: 1:40: undefined"
                                        + " field 'replica'"),
                warnings.getFirst().warning());
    }

    @Test
    void checksNothingOfRulesThatNameEverything() {
        policies.create(policy(List.of("*"), "object.spec.replica > 1"));

        assertEquals(List.of(), checked());
    }

    private List<ExpressionWarning> checked() {
        try (PolicyStatus status = new PolicyStatus(api.objects(), api.registry(), api.client())) {
            status.check();
        }
        ValidatingAdmissionPolicy policy = policies.get(ObjectKey.cluster("p"));
        assertEquals(policy.metadata().generation(), policy.status().observedGeneration());
        return policy.status().typeChecking().expressionWarnings();
    }

    private static ValidatingAdmissionPolicy policy(List<String> resources, String... checks) {
        return ValidatingAdmissionPolicy.builder()
                .metadata(m -> m.name("p"))
                .spec(s ->
                        s.matchConstraints(c ->
                                        c.resourceRules(
                                                List.of(
                                                        NamedRuleWithOperations.builder()
                                                                .apiGroups(List.of("apps"))
                                                                .apiVersions(List.of("v1"))
                                                                .operations(List.of("CREATE"))
                                                                .resources(resources)
                                                                .build())))
                                .variables(
                                        List.of(
                                                Variable.builder()
                                                        .name("text")
                                                        .expression("'a'")
                                                        .build()))
                                .validations(
                                        List.of(checks).stream()
                                                .map(e ->
                                                        Validation.builder().expression(e).build())
                                                .toList()))
                .build();
    }
}

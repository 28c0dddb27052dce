package dev.quilla.apiserver.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowTableTest {

    private static final FlowTable DEFAULTS =
            FlowTable.NONE.next(FlowDefaults.all(), FlowControl.SEATS_USUAL, () -> 0);

    @ParameterizedTest
    @CsvSource({
        "admin,system:masters,GET,/api/v1/pods,exempt,exempt,''",
        "anybody,,GET,/readyz,probes,exempt,''",
        "anybody,,GET,/version,global-default,global-default,anybody",
        "anybody,,GET,/api/v1/namespaces/a/pods,global-default,global-default,anybody",
        "system:node:n,system:nodes,PUT,/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n,system-node-high,node-high,system:node:n",
        "system:node:n,system:nodes,PATCH,/api/v1/nodes/n/status,system-node-high,node-high,system:node:n",
        "system:node:n,system:nodes,GET,/api/v1/pods,system-nodes,system,system:node:n",
        "system:kube-scheduler,,PUT,/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/s,system-leader-election,leader-election,system:kube-scheduler",
        "system:kube-scheduler,,GET,/api/v1/namespaces/a/pods/p,kube-scheduler,workload-high,a",
        "system:kube-controller-manager,,PUT,/api/v1/namespaces/a/endpoints/e,endpoint-controller,workload-high,system:kube-controller-manager",
        "system:serviceaccount:kube-system:dns,system:serviceaccounts,GET,/api/v1/namespaces/b/pods,kube-system-service-accounts,workload-high,b",
        "system:serviceaccount:a:dns,system:serviceaccounts,GET,/api/v1/pods,service-accounts,workload-low,system:serviceaccount:a:dns",
    })
    void putsRequestsWhereKubernetesPutsThem(
            String user,
            String group,
            String method,
            String path,
            String schema,
            String level,
            String distinguisher) {
        Identity who = Identity.known(user, "", group == null ? List.of() : List.of(group));

        Flow flow = DEFAULTS.classify(who, RequestInfo.parse(method, path, false));

        assertEquals(schema, flow.schema().name());
        assertEquals(level, flow.level().name());
        assertEquals(distinguisher, flow.distinguisher());
    }
}

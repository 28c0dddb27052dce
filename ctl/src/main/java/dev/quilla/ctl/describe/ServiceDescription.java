package dev.quilla.ctl.describe;

import dev.quilla.ctl.cluster.Tree;
import java.util.ArrayList;
import java.util.List;

/** Tells of a service and who answers it. */
final class ServiceDescription implements Description {

    private final List<Tree> slices;

    /** With its endpoint slices. */
    ServiceDescription(List<Tree> slices) {
        this.slices = List.copyOf(slices);
    }

    @Override
    public void tell(Tree service, Sheet sheet) {
        Description.head(service, sheet);
        Description.marks(service, sheet);
        sheet.line("Selector", Texts.labels(service.texts("spec", "selector")));
        sheet.line("Type", service.text("spec", "type"));
        sheet.lineIf("IP Family Policy", service.text("spec", "ipFamilyPolicy"));
        sheet.line("IP", service.text("spec", "clusterIP"));
        for (Tree port : service.trees("spec", "ports")) {
            String name = port.textOr("<unset>", "name");
            sheet.line("Port", name + "  " + port.text("port") + "/" + port.text("protocol"));
            sheet.line("TargetPort", port.text("targetPort") + "/" + port.text("protocol"));
            sheet.lineIf("NodePort", port.text("nodePort"));
            sheet.line("Endpoints", String.join(",", endpoints(port.text("name"))));
        }
        sheet.line("Session Affinity", service.text("spec", "sessionAffinity"));
        sheet.lineIf("Internal Traffic Policy", service.text("spec", "internalTrafficPolicy"));
    }

    private List<String> endpoints(String portName) {
        List<String> endpoints = new ArrayList<>();
        for (Tree slice : slices) {
            for (Tree port : slice.trees("ports")) {
                if (port.text("name").equals(portName)) {
                    addresses(slice).forEach(a -> endpoints.add(a + ":" + port.text("port")));
                }
            }
        }
        return endpoints;
    }

    private static List<String> addresses(Tree slice) {
        return slice.trees("endpoints").stream()
                .filter(e -> !e.text("conditions", "ready").equals("false"))
                .flatMap(e -> e.list("addresses").stream())
                .map(String::valueOf)
                .toList();
    }
}

package dev.quilla.ctl.describe;

import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.print.TextTable;

/** Tells of a deployment. */
final class WorkloadDescription implements Description {

    @Override
    public void tell(Tree workload, Sheet sheet) {
        Description.head(workload, sheet);
        sheet.line("CreationTimestamp", workload.text("metadata", "creationTimestamp"));
        Description.marks(workload, sheet);
        sheet.line("Selector", Texts.labels(workload.texts("spec", "selector", "matchLabels")));
        sheet.line("Replicas", replicas(workload));
        sheet.line("StrategyType", workload.text("spec", "strategy", "type"));
        sheet.lineIf("Min Ready Seconds", workload.text("spec", "minReadySeconds"));
        Tree rolling = workload.tree("spec", "strategy", "rollingUpdate");
        if (!rolling.fields().isEmpty()) {
            sheet.line(
                    "RollingUpdateStrategy",
                    "%s max unavailable, %s max surge"
                            .formatted(rolling.text("maxUnavailable"), rolling.text("maxSurge")));
        }
        template(workload.tree("spec", "template"), sheet.inner("Pod Template"));
        TextTable conditions = new TextTable().row("Type", "Status", "Reason", "Message");
        workload.trees("status", "conditions")
                .forEach(c ->
                        conditions.row(
                                c.text("type"),
                                c.text("status"),
                                c.text("reason"),
                                c.text("message")));
        sheet.table("Conditions", conditions);
    }

    private static String replicas(Tree workload) {
        return "%d desired | %d updated | %d total | %d available | %d unavailable"
                .formatted(
                        workload.number("spec", "replicas"),
                        workload.number("status", "updatedReplicas"),
                        workload.number("status", "replicas"),
                        workload.number("status", "availableReplicas"),
                        workload.number("status", "unavailableReplicas"));
    }

    private static void template(Tree template, Sheet sheet) {
        sheet.pairs("Labels", template.texts("metadata", "labels"), "=");
        Sheet containers = sheet.inner("Containers");
        for (Tree container : template.trees("spec", "containers")) {
            Sheet one = containers.inner(container.text("name"));
            one.line("Image", container.text("image"));
            one.line("Ports", Texts.containerPorts(container));
            Texts.words(container.list("command")).ifPresent(w -> one.line("Command", w));
            Texts.words(container.list("args")).ifPresent(w -> one.line("Args", w));
            one.lines("Environment", container.trees("env").stream().map(Texts::variable).toList());
        }
    }
}

package dev.quilla.ctl.describe;

import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.print.TextTable;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Tells of a pod. */
final class PodDescription implements Description {

    @Override
    public void tell(Tree pod, Sheet sheet) {
        Description.head(pod, sheet);
        sheet.lineIf("Priority", pod.text("spec", "priority"));
        sheet.line("Service Account", pod.text("spec", "serviceAccountName"));
        String host = pod.text("status", "hostIP");
        String node = pod.text("spec", "nodeName");
        sheet.line("Node", host.isEmpty() ? node : node + "/" + host);
        sheet.lineIf("Start Time", pod.text("status", "startTime"));
        Description.marks(pod, sheet);
        sheet.line("Status", status(pod));
        sheet.lineIf("Reason", pod.text("status", "reason"));
        sheet.lineIf("Message", pod.text("status", "message"));
        sheet.line("IP", pod.text("status", "podIP"));
        pod.trees("metadata", "ownerReferences").stream()
                .filter(o -> o.text("controller").equals("true"))
                .forEach(o -> sheet.line("Controlled By", o.text("kind") + "/" + o.text("name")));
        containers(pod, "initContainers", "initContainerStatuses", "Init Containers", sheet);
        containers(pod, "containers", "containerStatuses", "Containers", sheet);
        conditions(pod, sheet);
        volumes(pod, sheet);
        sheet.lineIf("QoS Class", pod.text("status", "qosClass"));
        sheet.pairs("Node-Selectors", pod.texts("spec", "nodeSelector"), "=");
        sheet.lines(
                "Tolerations",
                pod.trees("spec", "tolerations").stream().map(Texts::toleration).toList());
    }

    private static String status(Tree pod) {
        String going = pod.text("metadata", "deletionTimestamp");
        return going.isEmpty() ? pod.text("status", "phase") : "Terminating (since " + going + ")";
    }

    private static void containers(
            Tree pod, String specs, String statuses, String title, Sheet sheet) {
        List<Tree> containers = pod.trees("spec", specs);
        if (containers.isEmpty()) {
            return;
        }
        Map<String, Tree> byName =
                pod.trees("status", statuses).stream()
                        .collect(Collectors.toMap(s -> s.text("name"), s -> s, (a, b) -> b));
        Sheet all = sheet.inner(title);
        for (Tree container : containers) {
            Sheet one = all.inner(container.text("name"));
            container(container, byName.getOrDefault(container.text("name"), Tree.EMPTY), one);
        }
    }

    private static void container(Tree spec, Tree status, Sheet sheet) {
        sheet.lineIf("Container ID", status.text("containerID"));
        sheet.line("Image", spec.text("image"));
        sheet.lineIf("Image ID", status.text("imageID"));
        sheet.line("Ports", Texts.containerPorts(spec));
        Texts.words(spec.list("command")).ifPresent(words -> sheet.line("Command", words));
        Texts.words(spec.list("args")).ifPresent(words -> sheet.line("Args", words));
        state("State", status.tree("state"), sheet);
        if (!status.tree("lastState").fields().isEmpty()) {
            state("Last State", status.tree("lastState"), sheet);
        }
        sheet.line("Ready", status.textOr("false", "ready"));
        sheet.line("Restart Count", status.textOr("0", "restartCount"));
        amounts("Limits", spec, sheet);
        amounts("Requests", spec, sheet);
        for (String probe : List.of("liveness", "readiness", "startup")) {
            Tree found = spec.tree(probe + "Probe");
            if (!found.fields().isEmpty()) {
                sheet.line(AnyDescription.title(probe), Texts.probe(found));
            }
        }
        sheet.lines("Environment", spec.trees("env").stream().map(Texts::variable).toList());
        sheet.lines("Mounts", spec.trees("volumeMounts").stream().map(Texts::mount).toList());
    }

    private static void amounts(String title, Tree spec, Sheet sheet) {
        Map<String, String> amounts =
                spec.texts("resources", title.toLowerCase(java.util.Locale.ROOT));
        if (!amounts.isEmpty()) {
            sheet.pairs(title, amounts, ": ");
        }
    }

    private static void state(String title, Tree state, Sheet sheet) {
        if (state.fields().isEmpty()) {
            sheet.line(title, "Waiting");
            return;
        }
        state.fields().keySet().stream()
                .findFirst()
                .ifPresent(kind -> {
                    sheet.line(title, AnyDescription.title(kind));
                    Tree detail = state.tree(kind);
                    sheet.lineIf("  Reason", detail.text("reason"));
                    sheet.lineIf("  Message", detail.text("message"));
                    sheet.lineIf("  Exit Code", detail.text("exitCode"));
                    sheet.lineIf("  Started", detail.text("startedAt"));
                    sheet.lineIf("  Finished", detail.text("finishedAt"));
                });
    }

    private static void conditions(Tree pod, Sheet sheet) {
        TextTable table = new TextTable().row("Type", "Status", "Reason");
        pod.trees("status", "conditions")
                .forEach(c -> table.row(c.text("type"), c.text("status"), c.text("reason")));
        sheet.table("Conditions", table);
    }

    private static void volumes(Tree pod, Sheet sheet) {
        sheet.lines(
                "Volumes",
                pod.trees("spec", "volumes").stream()
                        .map(v ->
                                v.text("name")
                                        + " ("
                                        + v.fields().keySet().stream()
                                                .filter(k -> !k.equals("name"))
                                                .findFirst()
                                                .orElse("emptyDir")
                                        + ")")
                        .toList());
    }
}

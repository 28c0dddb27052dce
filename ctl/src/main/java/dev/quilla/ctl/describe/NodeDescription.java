package dev.quilla.ctl.describe;

import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.print.TextTable;
import java.util.List;

/** Tells of a node and the pods on it. */
final class NodeDescription implements Description {

    private final List<Tree> pods;

    /** With the pods that are bound to it. */
    NodeDescription(List<Tree> pods) {
        this.pods = List.copyOf(pods);
    }

    @Override
    public void tell(Tree node, Sheet sheet) {
        Description.head(node, sheet);
        Description.marks(node, sheet);
        sheet.line("CreationTimestamp", node.text("metadata", "creationTimestamp"));
        sheet.lines("Taints", node.trees("spec", "taints").stream().map(Texts::taint).toList());
        sheet.line("Unschedulable", node.textOr("false", "spec", "unschedulable"));
        conditions(node, sheet);
        sheet.lines(
                "Addresses",
                node.trees("status", "addresses").stream()
                        .map(a -> a.text("type") + ": " + a.text("address"))
                        .toList());
        sheet.pairs("Capacity", node.texts("status", "capacity"), ": ");
        sheet.pairs("Allocatable", node.texts("status", "allocatable"), ": ");
        Sheet system = sheet.inner("System Info");
        node.texts("status", "nodeInfo")
                .forEach((name, value) -> system.lineIf(AnyDescription.title(name), value));
        sheet.lineIf("PodCIDR", node.text("spec", "podCIDR"));
        pods(sheet);
    }

    private static void conditions(Tree node, Sheet sheet) {
        TextTable table =
                new TextTable().row("Type", "Status", "LastHeartbeatTime", "Reason", "Message");
        node.trees("status", "conditions")
                .forEach(c ->
                        table.row(
                                c.text("type"),
                                c.text("status"),
                                c.text("lastHeartbeatTime"),
                                c.text("reason"),
                                c.text("message")));
        sheet.table("Conditions", table);
    }

    private void pods(Sheet sheet) {
        TextTable table = new TextTable().row("Namespace", "Name", "Status");
        pods.forEach(p -> table.row(p.namespace(), p.name(), p.text("status", "phase")));
        sheet.table("Pods (" + pods.size() + " in total)", table);
    }
}

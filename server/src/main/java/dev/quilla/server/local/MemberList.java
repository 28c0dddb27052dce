package dev.quilla.server.local;

import dev.quilla.etcd.Membership;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.store.MemberStatus;
import dev.quilla.store.Members;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The members of a log, for people and for scripts. */
final class MemberList {

    private static final List<String> HEAD =
            List.of("ID", "NAME", "ADDRESS", "CLIENTS", "ROLE", "APPLIED", "LAST", "LAG");

    private final Membership numbers;
    private final List<MemberStatus> members;
    private final long last;

    /** Asks every member. */
    MemberList(String clusterId, Members members) {
        this.numbers = new Membership(clusterId, "", members);
        this.members = members.look();
        this.last = this.members.stream().mapToLong(MemberStatus::lastIndex).max().orElse(0);
    }

    void print(PrintStream out, boolean json) {
        if (json) {
            out.println(new String(JsonTree.write(tree()), StandardCharsets.UTF_8));
            return;
        }
        List<List<String>> rows = new ArrayList<>(List.of(HEAD));
        members.forEach(m -> rows.add(row(m)));
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i)).append(" ".repeat(width(rows, i) - row.get(i).length()));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static int width(List<List<String>> rows, int column) {
        return 3 + rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0);
    }

    private String id(MemberStatus status) {
        return Long.toHexString(numbers.idOf(status.member().id()));
    }

    private List<String> row(MemberStatus status) {
        boolean known = status.answers();
        return List.of(
                id(status),
                status.member().name(),
                status.member().address(),
                status.member().clientAddress(),
                status.role(),
                known ? "" + status.appliedIndex() : "-",
                known ? "" + status.lastIndex() : "-",
                known ? "" + (last - status.lastIndex()) : "-");
    }

    private Map<String, @Nullable Object> tree() {
        List<Map<String, @Nullable Object>> list = new ArrayList<>();
        for (MemberStatus status : members) {
            Map<String, @Nullable Object> member = new LinkedHashMap<>();
            member.put("id", id(status));
            member.put("name", status.member().name());
            member.put("address", status.member().address());
            member.put("clientAddress", status.member().clientAddress());
            member.put("votes", !status.member().learner());
            member.put("role", status.role());
            if (status.answers()) {
                member.put("term", status.term());
                member.put("appliedIndex", status.appliedIndex());
                member.put("lastIndex", status.lastIndex());
                member.put("lag", last - status.lastIndex());
            }
            list.add(member);
        }
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("members", list);
        return tree;
    }
}

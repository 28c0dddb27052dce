package dev.quilla.apiserver.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.apiserver.request.Identity;
import dev.quilla.model.rbac.v1.RoleRef;
import dev.quilla.model.rbac.v1.Subject;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoleIndexTest {

    private final RoleIndex index = new RoleIndex();

    private void bind(String namespace, String binding, String kind, String name, String of) {
        Subject subject = Subject.builder().kind(kind).name(name).namespace(of).build();
        RoleRef role = RoleRef.builder().kind("ClusterRole").name("view").build();
        index.add(new RoleRules.Grant(namespace, binding, role, subject), List.of());
    }

    private List<String> of(String user, String namespace, String... groups) {
        return index.of(Identity.known(user, "", List.of(groups)), namespace)
                .map(entry -> entry.grant().binding())
                .toList();
    }

    @Test
    void findsWhomBindingsName() {
        bind("", "all", "Group", "staff", "");
        bind("", "ann", "User", "ann", "");
        bind("shop", "robot", "ServiceAccount", "robot", "");
        bind("shop", "guest", "ServiceAccount", "robot", "lab");
        bind("shop", "odd", "Robot", "ann", "");
        assertEquals(List.of("all", "ann"), of("ann", "", "staff"));
        assertEquals(List.of("ann"), of("ann", "", "others"));
        assertEquals(List.of(), of("ann", "shop"));
        assertEquals(List.of("robot"), of("system:serviceaccount:shop:robot", "shop"));
        assertEquals(List.of("guest"), of("system:serviceaccount:lab:robot", "shop"));
        assertEquals(List.of(), of("staff", ""));
    }

    @Test
    void tellsThemInTheOrderOfBindings() {
        bind("", "a", "Group", "two", "");
        bind("", "b", "User", "ann", "");
        bind("", "c", "Group", "one", "");
        assertEquals(List.of("a", "b", "c"), of("ann", "", "one", "two"));
    }
}

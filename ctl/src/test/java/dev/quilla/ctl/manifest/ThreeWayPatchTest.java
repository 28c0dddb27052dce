package dev.quilla.ctl.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.print.JsonText;
import dev.quilla.model.Definition;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.Schema;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What apply sends, given what was applied before, what is wanted, and what is there. */
class ThreeWayPatchTest {

    private static Tree tree(String json) {
        return Tree.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<Definition> deployment() {
        return Schema.builtin().find(GroupVersion.parse("apps/v1").kind("Deployment"));
    }

    private static String merge(String before, String wanted, String live) {
        return patch(Optional.empty(), before, wanted, live);
    }

    private static String patch(
            Optional<Definition> definition, String before, String wanted, String live) {
        return JsonText.compact(
                        ThreeWayPatch.of(definition, tree(before), tree(wanted), tree(live))
                                .fields())
                .replace('"', '\'');
    }

    @Test
    void whatIsAsWantedNeedsNothing() {
        assertEquals("{}", merge("{'a':1}", "{'a':1}", "{'a':1,'b':2}"));
    }

    @Test
    void whatDiffersIsSet() {
        assertEquals("{'a':2}", merge("{'a':1}", "{'a':2}", "{'a':1}"));
        assertEquals("{'a':1}", merge("{'a':1}", "{'a':1}", "{'a':9}"));
    }

    @Test
    void whatIsNoLongerWantedIsRemovedOnlyIfItWasOurs() {
        assertEquals("{'a':null}", merge("{'a':1}", "{}", "{'a':1,'b':2}"));
        assertEquals("{}", merge("{'a':1}", "{}", "{'b':2}"));
        assertEquals("{'m':{'x':null}}", merge("{'m':{'x':1}}", "{'m':{}}", "{'m':{'x':1,'y':2}}"));
    }

    @Test
    void listsOfUnknownKindsAreReplacedWhole() {
        assertEquals("{'l':[1,2]}", merge("{'l':[1]}", "{'l':[1,2]}", "{'l':[1,3]}"));
    }

    @Test
    void listsWithAKeyAreMergedByIt() {
        String path = "{'spec':{'template':{'spec':{'containers':%s}}}}";
        String live = path.formatted("[{'name':'a','image':'x','tty':true},{'name':'b'}]");
        assertEquals(
                "{}",
                patch(
                        deployment(),
                        path.formatted("[{'name':'a','image':'x'}]"),
                        path.formatted("[{'name':'a','image':'x'}]"),
                        live));
        assertEquals(
                "[{'image':'z','name':'a'}]",
                containers(
                        patch(
                                deployment(),
                                path.formatted("[{'name':'a','image':'x'}]"),
                                path.formatted("[{'name':'a','image':'z'}]"),
                                live)));
        assertEquals(
                "[{'$patch':'delete','name':'b'}]",
                containers(
                        patch(
                                deployment(),
                                path.formatted("[{'name':'a','image':'x'},{'name':'b'}]"),
                                path.formatted("[{'name':'a','image':'x'}]"),
                                live)));
    }

    /** The containers of a patch, without the order that goes with them. */
    private static String containers(String patch) {
        return JsonText.compact(tree(patch).tree("spec", "template", "spec").list("containers"))
                .replace('"', '\'');
    }
}

package dev.quilla.server;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md, and the few rules that hold everywhere. */
class ArchitectureTest {

    private static final JavaClasses ALL =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.quilla");

    @Test
    void everyRoomIsOnTheClassPathAndNothingElse() {
        List<Room> found =
                ALL.stream()
                        .map(c -> Room.of(c.getPackageName()).orElseThrow())
                        .distinct()
                        .sorted()
                        .toList();
        assertEquals(Arrays.asList(Room.values()), found);
    }

    @Test
    void roomsKnowOnlyWhatIsBelowThem() {
        List<String> wrong =
                ALL.stream()
                        .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
                        .filter(ArchitectureTest::breaksAnArrow)
                        .map(Dependency::getDescription)
                        .distinct()
                        .sorted()
                        .toList();
        assertEquals(List.of(), wrong);
    }

    private static boolean breaksAnArrow(Dependency dependency) {
        Optional<Room> from = Room.of(dependency.getOriginClass().getPackageName());
        Optional<Room> to = Room.of(dependency.getTargetClass().getPackageName());
        return from.isPresent() && to.isPresent() && !from.get().knows(to.get());
    }

    @Test
    void librariesStayInTheirRooms() {
        onlySeenFrom("org.apache.ratis..", "dev.quilla.store.raft..");
        onlySeenFrom(
                "com.google.protobuf..",
                "dev.quilla.store..",
                "dev.quilla.model..",
                "dev.quilla.etcd..");
        onlySeenFrom("dev.cel..", "dev.quilla.apiserver.cel..");
        onlySeenFrom(
                "com.google.re2j..", "dev.quilla.apiserver.cel..", "dev.quilla.apiserver.custom..");
        onlySeenFrom("io.grpc..", "dev.quilla.etcd..");
        onlySeenFrom("io.etcd..", "dev.quilla.etcd..");
        onlySeenFrom("com.github.dockerjava..", "dev.quilla.kubelet.runtime.docker..");
        onlySeenFrom("org.bouncycastle..", "dev.quilla.pki..");
        onlySeenFrom(
                "org.pf4j..",
                "dev.quilla.plugin..",
                "dev.quilla.scheduler.plugins..",
                "dev.quilla.proxy..");
        onlySeenFrom(
                "io.netty..",
                "dev.quilla.http..",
                "dev.quilla.kubelet..",
                "dev.quilla.etcd..",
                "dev.quilla.store.raft.transport..");
        onlySeenFrom("org.xbill.DNS..", "dev.quilla.proxy.dns..");
        onlySeenFrom("picocli..", "dev.quilla.ctl..", "dev.quilla.server..");
        onlySeenFrom("ch.qos.logback..", "dev.quilla.server..", "dev.quilla.ctl..");
    }

    private static void onlySeenFrom(String library, String... rooms) {
        noClasses()
                .that(not(resideInAnyPackage(rooms)))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(library)
                .check(ALL);
    }

    @Test
    void theModelHasNoInputOutputAndNoThreads() {
        noClasses()
                .that()
                .resideInAPackage("dev.quilla.model..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.net..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName(Thread.class.getName())
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName(java.util.concurrent.ExecutorService.class.getName())
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName(java.io.File.class.getName())
                .check(ALL);
    }

    @Test
    void thePluginInterfacesSeeOnlyTheModelAndPf4j() {
        classes()
                .that(
                        resideInAnyPackage("dev.quilla.plugin..")
                                .and(not(resideInAnyPackage("dev.quilla.plugin.host.."))))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "org.slf4j..",
                        "org.pf4j..",
                        "dev.quilla.model..",
                        "dev.quilla.plugin")
                .check(ALL);
    }

    @Test
    void everyPackageIsNullMarked() {
        TreeSet<String> unmarked = new TreeSet<>();
        packages(ALL.getPackage("dev.quilla"))
                .filter(p -> !p.getClasses().isEmpty())
                .filter(p -> !p.isAnnotatedWith(NullMarked.class))
                .forEach(p -> unmarked.add(p.getName()));
        assertEquals(new TreeSet<>(), unmarked);
    }

    private static Stream<JavaPackage> packages(JavaPackage root) {
        return Stream.concat(
                Stream.of(root),
                root.getSubpackages().stream().flatMap(ArchitectureTest::packages));
    }

    /** Bouncy Castle's builders take nothing newer, so certificates are the one exception. */
    @Test
    void timeIsJavaTime() {
        noClasses()
                .that(not(resideInAnyPackage("dev.quilla.pki..")))
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName(java.util.Date.class.getName())
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(java.util.Calendar.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(java.text.DateFormat.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(java.util.Timer.class)
                .check(ALL);
    }

    @Test
    void theEnvironmentIsReadOnlyWhereAProcessStarts() {
        noClasses()
                .that(not(new IsMain()))
                .should()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .check(ALL);
    }

    private static final class IsMain
            extends com.tngtech.archunit.base.DescribedPredicate<JavaClass> {

        IsMain() {
            super("are a process's Main");
        }

        @Override
        public boolean test(JavaClass type) {
            return type.getSimpleName().equals("Main");
        }
    }

    @Test
    void nobodyPrintsStackTraces() {
        noClasses().should().callMethod(Throwable.class, "printStackTrace").check(ALL);
    }

    @Test
    void noPackageIsADrawerForAnything() {
        noClasses()
                .should()
                .resideInAnyPackage("..util..", "..utils..", "..impl..", "..helper..", "..dto..")
                .check(ALL);
    }
}

package dev.quilla.store.raft;

import dev.quilla.store.Choice;
import dev.quilla.store.Command;
import dev.quilla.store.Op;
import dev.quilla.store.Step;
import dev.quilla.store.Txn;
import java.util.List;
import java.util.stream.Stream;

/** Tells commands that may add something from those that surely don't. */
final class Growth {

    private Growth() {}

    static boolean of(List<Command> commands) {
        return commands.stream().anyMatch(Growth::of);
    }

    private static boolean of(Command command) {
        return switch (command) {
            case Txn txn -> txn.then().stream().anyMatch(op -> !(op instanceof Op.Delete));
            case Choice choice -> of(choice);
            case Command.Grant _ -> true;
            case Command.Renew _,
                    Command.End _,
                    Command.Compact _,
                    Command.Limit _,
                    Command.Alarm _,
                    Command.Checkpoint _,
                    Command.Witness _ ->
                    false;
        };
    }

    private static boolean of(Choice choice) {
        return Stream.concat(choice.then().stream(), choice.otherwise().stream())
                .anyMatch(step ->
                        switch (step) {
                            case Step.Put _ -> true;
                            case Step.Choose(Choice inner) -> of(inner);
                            case Step.Get _, Step.Delete _ -> false;
                        });
    }
}

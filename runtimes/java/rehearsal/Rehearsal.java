import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.List;
import java.util.Map;

/** A function that is loaded and called before there is one: see `hob.runtime.Rehearsal`. Its event is its own kind. */
public class Rehearsal implements RequestHandler<Rehearsal, Rehearsal> {
    private String text;
    private List<Map<String, Integer>> numbers;

    @Override
    public Rehearsal handleRequest(Rehearsal event, Context context) {
        context.getLogger().log(event.text + System.getenv("PATH"));
        return event;
    }

    public String getText() {
        return text;
    }

    public void setText(String text) {
        this.text = text;
    }

    public List<Map<String, Integer>> getNumbers() {
        return numbers;
    }

    public void setNumbers(List<Map<String, Integer>> numbers) {
        this.numbers = numbers;
    }
}

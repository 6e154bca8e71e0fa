"""What people say around their topic: greetings, who they are, how large the company is, that they ask for advice. Pure data for text.finding.

A sentence that is near to these counts little, whatever words it shares with a guide.
"""

AROUND = (
    "any advice", "any advice would be appreciated", "what should I do", "what would you do", "how would you handle this", "please help", "I need help with this",
    "thanks in advance", "thank you for reading", "hello everyone", "first time posting here", "I am not sure whether this is the right place to ask", "sorry for the long text",
    "I hope somebody here can help me", "has anybody been through something like this", "let me know what you think", "I am looking for suggestions", "I would like to hear your opinion",
    "some background first", "here is the situation", "to give you some context", "to make a long story short", "so my question is this", "does anybody have tips", "I do not know what to do",
    "edit: a few more details", "as the title says", "I have been reading here for a while", "what do you think about it", "am I right or wrong", "is this normal",
    "I work for a small company", "I work in a large company", "I run a small business", "I own a shop", "I am the manager of a department", "I am a team leader", "I manage a team of six people",
    "I manage a small office", "we have about twenty employees", "there are four of us in the office", "our company is three years old", "we are a start-up", "I have worked here for five years",
    "I started this job last year", "I am in my thirties", "our team consists of developers and administrators", "I work in a hospital", "I teach at a school", "I work in a warehouse",
    "we are a non-profit organisation", "I live in a small town", "we sell software", "it is a family business", "our office is open from Monday to Friday", "we have two locations",
    "he works in another department", "she has been here for two years", "one of my employees", "there is this guy at work", "a woman in my team", "last week on Friday afternoon",
    "a couple of months ago", "it happened yesterday", "in the last few weeks", "on the other hand", "for example", "and so on", "that is what I think", "I like my job",
    "the printer does not work", "the server runs on Linux", "we use a database and a web application", "the weather was nice", "lunch is at noon", "I drive to work", "we moved to a new building",
    "vielen Dank im Voraus", "ich brauche Rat", "was soll ich tun", "hat jemand einen Tipp", "ich arbeite in einer kleinen Firma", "ich leite ein Team von sechs Leuten", "hallo zusammen",
    "wir sind ein mittelständisches Unternehmen", "zu meiner Situation", "ich bin seit drei Jahren dabei", "wie würdet ihr damit umgehen",
)  # fmt: skip

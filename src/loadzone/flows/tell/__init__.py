"""People are told of alarms and advice: channels that an organisation keeps, what each is told, and the telling."""

from torch import nn

from data import LENGTH, VOCABULARY


class Classifier(nn.Module):
    def __init__(self, opts):
        super().__init__()
        self.embed = nn.Embedding(VOCABULARY, opts.embed_dim)
        self.attention = nn.MultiheadAttention(opts.embed_dim, opts.num_heads, batch_first=True)
        self.drop = nn.Dropout(opts.dropout)
        self.head = nn.Linear(opts.embed_dim * LENGTH, 2)

    def forward(self, tokens):
        x = self.embed(tokens)
        x = x + self.attention(x, x, x, need_weights=False)[0]
        return self.head(self.drop(x.flatten(1)))
